import Foundation
import Imaging
import Segmentation
import Synthesis
import TestSupport
import Testing

@Suite("grisea train --from")
struct AdaptTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeDataset(1...3)
    try SmallModel.write(to: place)
  }

  private static let data = "--images data/sub-*_T1w.nii --labels data/sub-*_dseg.nii.gz"

  private func adapt(_ words: String, to output: String = "a.safetensors") throws -> Workplace.Outcome {
    try place.grisea(
      "train \(Self.data) --steps-per-epoch 2 --threads 1 --seed 1 --quiet --output \(output) \(words)")
  }

  @Test("network, preprocessing and patches are the model's; weights are others, and the file says of what")
  func adapts() throws {
    let outcome = try adapt("--from model.safetensors --epochs 2 --validation data/sub-3_T1w.nii")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.first?.hasPrefix("trained 4 steps on 2 image(s), validation Dice GM 0.") == true)
    let (before, after) = (try header("model.safetensors"), try header("a.safetensors"))
    for key in ["graph", "preprocessing", "labels", "patch_size", "field_of_view"] {
      #expect(after["grisea." + key] == before["grisea." + key], "\(key)")
    }
    let provenance = try #require(after["grisea.provenance"])
    // SmallModel trains 12 epochs of 2 steps.
    #expect(provenance.contains(/"origin":{"program":"grisea [0-9.]+","steps":24,"weights":"[0-9a-f]{16}"}/))
    #expect(try place.grisea("segment data/sub-1_T1w.nii --model a.safetensors --output out").status == 0)
  }

  @Test("images are shown as they are, mostly; beside heads that are synthesized they vary as these do")
  func augmentation() throws {
    var found: [Augmentation] = []
    for words in ["", "--label-maps data/*_dseg.nii.gz"] {
      let outcome = try adapt("--from model.safetensors --epochs 1 \(words)")
      #expect(outcome.status == 0, "\(outcome.error)")
      let model = try SegmentationModel(contentsOf: place("a.safetensors"))
      found.append(model.provenance.configuration.augmentation)
    }
    #expect(found == [.sparing, .standard])
  }

  @Test("--spacing: a model goes on on another grid, in windows that show no less; its own changes nothing")
  func spacing() throws {
    let plain = try adapt("--from model.safetensors --epochs 1", to: "plain.safetensors")
    let own = try adapt("--from model.safetensors --epochs 1 --spacing 2")
    #expect(plain.status == 0 && own.status == 0, "\(plain.error)\(own.error)")
    #expect(try place.bytes("a.safetensors") == place.bytes("plain.safetensors"))
    let other = try adapt("--from model.safetensors --epochs 1 --spacing 1.25,4,2")
    #expect(other.status == 0, "\(other.error)")
    let model = try SegmentationModel(contentsOf: place("a.safetensors"))
    #expect(model.preprocessing.conforming.spacing == [1.25, 4, 2])
    #expect(model.patchSize == [26, 8, 16])
    #expect(model.provenance.configuration.patchSize == model.patchSize)
    let scan = "data/sub-1_T1w.nii"
    #expect(try place.grisea("segment \(scan) --model a.safetensors --output out").status == 0)
    let labels = try NIfTIImage(contentsOf: place("out/sub-1_dseg.nii.gz"))
    #expect(try labels.volume.grid == NIfTIImage(contentsOf: place(scan)).volume.grid)
  }

  @Test("with more channels the training begins with what the model computes; fewer are refused")
  func wider() throws {
    let scan = "data/sub-1_T1w.nii"
    // Steps too small to change a weight.
    let words = "--from model.safetensors --epochs 1 --learning-rate 1e-12"
    let outcome = try adapt("\(words) --channels 8")
    #expect(outcome.status == 0, "\(outcome.error)")
    for (model, folder) in [("model", "narrow"), ("a", "wide")] {
      let outcome = try place.grisea(
        "segment \(scan) --model \(model).safetensors --precision float32 --output \(folder)")
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    #expect(try place.bytes("a.safetensors").count > 2 * place.bytes("model.safetensors").count)
    #expect(try place.bytes("wide/sub-1_dseg.nii.gz") == place.bytes("narrow/sub-1_dseg.nii.gz"))

    let narrower = try adapt("\(words) --channels 2", to: "b.safetensors")
    #expect(narrower.status == 1)
    let message = narrower.error.first ?? ""
    #expect(message.contains("encoder.0.0.convolution is not the same"), "\(narrower.error)")
    #expect(!place.exists("b.safetensors"))
  }

  @Test(
    "a correction needs blocks of voxels: without them, of a model or of a new network, it is wrong usage")
  func nothingToRefine() throws {
    for words in [
      "--from model.safetensors --refinement 16", "--refinement 16", "--refinement 0 --voxel-blocks",
    ] {
      let outcome = try adapt("\(words) --epochs 1", to: "r.safetensors")
      #expect(outcome.status == 64, "\(words)")
      #expect(outcome.error.contains { $0.contains("--refinement") }, "\(outcome.error)")
      #expect(!place.exists("r.safetensors"))
    }
  }

  @Test("a standard contrast is for models that see the brain")
  func contrast() throws {
    let training = try adapt(
      "--from model.safetensors --standard-contrast 0.5 --epochs 1", to: "c.safetensors")
    #expect(training.status == 64)
    #expect(
      training.error.contains { $0.contains("--standard-contrast 0.5: needs a model that locates the brain") }
    )
    #expect(!place.exists("c.safetensors"))
  }

  /// The metadata of a safetensors file, read as the format's specification says.
  private func header(_ name: String) throws -> [String: String] {
    let bytes = try place.bytes(name)
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let json = try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any]
    return try #require(json?["__metadata__"] as? [String: String])
  }

  @Test("killed and resumed it ends with the model of an uninterrupted adaptation")
  func resumes() throws {
    let words = "--from model.safetensors --epochs 60"
    let all =
      "train \(Self.data) --steps-per-epoch 2 --threads 1 --seed 1 --quiet --output a.safetensors \(words)"
    let started = try place.start("grisea", all.split(separator: " ").map(String.init))
    let status = try started.kill(watching: place.path) { place.exists("a.checkpoint.safetensors") }
    #expect(status == 128 + SIGKILL)
    #expect(try adapt("\(words) --resume").status == 0)
    #expect(try adapt(words, to: "whole.safetensors").status == 0)
    #expect(try place.bytes("a.safetensors") == place.bytes("whole.safetensors"))
  }

  static let decided = [
    "--levels 2", "--voxel-blocks", "--skip-connections", "--no-skip-connections", "--patch-size 16",
    "--field-of-view tiles",
  ]

  @Test("a flag for what the model has decided is wrong usage, and is named", arguments: decided)
  func refused(words: String) throws {
    let outcome = try adapt("--from model.safetensors \(words)")
    let flag = words.split(separator: " ")[0]
    #expect(outcome.status == 64)
    #expect(
      outcome.error.first
        == "Error: \(flag): the model of --from model.safetensors decides this; leave it out")
    #expect(!place.exists("a.safetensors"))
  }

  static let faults: [(words: String, status: Int32, message: String)] = [
    ("--from no.safetensors", 1, "no.safetensors: cannot be read: no such file or directory"),
    ("--from data/sub-1_T1w.nii", 1, "data/sub-1_T1w.nii: not a model: needed a safetensors file"),
    ("--from ./a.safetensors", 64, "Error: --output a.safetensors: the model of --from would be replaced"),
    ("--from a.checkpoint.safetensors", 64, "Error: --output a.safetensors: the model of --from would"),
    ("--add-fluid", 64, "Error: --add-fluid needs images with labels, and --from with the model"),
    ("--from accurate --add-fluid --structures", 64, "Error: --add-fluid: needs tissues as outputs"),
    ("--from structures --add-fluid", 64, "Error: --add-fluid: needs tissues as outputs"),
    (
      "--from accurate --add-fluid --spacing 2", 64,
      "Error: --add-fluid: the model finds the fluid at its own"
    ),
  ]

  @Test("what cannot be adapted is reported in one line, before training", arguments: faults)
  func unusable(words: String, status: Int32, message: String) throws {
    let outcome = try adapt(words)
    #expect(outcome.status == status)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
    if status == 1 { #expect(outcome.error.count == 1) }
    #expect(!place.exists("a.safetensors"))
  }

  @Test("fluid that was added is recorded in the model, and a training without it is another")
  func fluid() throws {
    let words = "--from model.safetensors --epochs 1"
    #expect(try adapt(words + " --add-fluid").status == 0)
    let model = try SegmentationModel(contentsOf: place("a.safetensors"))
    #expect(model.provenance.configuration.addsFluid == true)
    #expect(try adapt(words).status == 0)
    let other = try SegmentationModel(contentsOf: place("a.safetensors"))
    #expect(other.provenance.configuration.addsFluid == nil)
    #expect(other.parameters != model.parameters)
  }

  @Test("the model is an input of the stage: once it is another, the stage runs again")
  func stage() throws {
    let quoted = Self.data.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    try place.write(
      "grisea train \(quoted) --from model.safetensors --epochs 1 --steps-per-epoch 1 --threads 1 --quiet "
        + "--output a.safetensors\n", to: "a.pipeline")
    #expect(try place.grisea("run a.pipeline").status == 0)
    #expect(try place.grisea("run a.pipeline --dry-run").output.last?.hasSuffix("unchanged") == true)
    try place.write(place.bytes("a.safetensors"), to: "model.safetensors")
    let outcome = try place.grisea("run a.pipeline --dry-run")
    #expect(outcome.output.last?.contains("model.safetensors") == true, "\(outcome.output)")
  }
}
