import Foundation
import Imaging
import Segmentation
import TestSupport
import Testing

@Suite("grisea train")
struct TrainTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeDataset(1...3)
  }

  private func train(_ words: String) throws -> Workplace.Outcome {
    try place.grisea("\(SmallModel.training) --output m.safetensors \(words)")
  }

  @Test("model and log are written and printed, the checkpoint is gone; --validation gives Dice")
  func files() throws {
    let outcome = try train("--epochs 2 --validation data/sub-3_T1w.nii")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.isEmpty)
    #expect(outcome.output.first?.hasPrefix("trained 4 steps on 2 image(s), validation Dice GM 0.") == true)
    #expect(outcome.output.suffix(2) == ["m.safetensors", "m.log.tsv"])
    let log = String(decoding: try place.bytes("m.log.tsv"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t").map(String.init) }
    #expect(
      log.first
        == ["epoch", "steps", "seconds", "learning_rate", "loss", "dice_GM", "dice_WM", "dice_CSF"])
    #expect(log.dropFirst().map { [$0[0], $0[1]] } == [["1", "2"], ["2", "4"]])
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
    #expect(Set(names) == ["data", "m.safetensors", "m.log.tsv"])
  }

  @Test("--pairs and a table of labels train the same model as patterns and the built-in table")
  func pairs() throws {
    try place.write(
      "image\tlabel\tsubject\n"
        + (1...3).map { "sub-\($0)_T1w.nii\tsub-\($0)_dseg.nii.gz\tsub-\($0)\n" }.joined(),
      to: "data/pairs.tsv")
    try place.write(
      "index\tname\ttissue\n0\tair\tbackground\n1\tg\tGM\n2\tw\tWM\n3\tc\tCSF\n", to: "table.tsv")
    #expect(try train("--epochs 1").status == 0)
    let recipe = SmallModel.training.split(separator: " ").dropFirst(5).joined(separator: " ")
    let outcome = try place.grisea(
      "train --pairs data/pairs.tsv --label-table table.tsv --epochs 1 --output p.safetensors \(recipe)")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try place.bytes("p.safetensors") == place.bytes("m.safetensors"))
  }

  @Test("--spacing: one number is that of all axes, three are the model's; results lie on the scan's grid")
  func spacing() throws {
    #expect(try train("--epochs 1 --spacing 1.5").status == 0)
    let cube = try place.bytes("m.safetensors")
    #expect(try train("--epochs 1 --spacing 1.5,1.5,1.5").status == 0)
    #expect(try place.bytes("m.safetensors") == cube)
    #expect(try train("--epochs 1 --spacing 1.25,1.5,1").status == 0)
    let model = try SegmentationModel(contentsOf: place("m.safetensors"))
    #expect(model.preprocessing.conforming.spacing == [1.25, 1.5, 1])
    let outcome = try place.grisea("segment data/sub-3_T1w.nii --model m.safetensors --output out --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let (scan, labels) = (
      try NIfTIImage(contentsOf: place("data/sub-3_T1w.nii")),
      try NIfTIImage(contentsOf: place("out/sub-3_dseg.nii.gz"))
    )
    #expect(labels.volume.grid == scan.volume.grid)
  }

  @Test("all faults of the data are reported, a line each, and there is no training on the rest")
  func badData() throws {
    try place.write([0, 1, 2, 3], "data/sub-1_dseg.nii.gz")
    let packed = try place.bytes("data/sub-2_dseg.nii.gz")
    try place.write(packed.prefix(packed.count / 2), to: "data/sub-2_dseg.nii.gz")
    try place.write("text", to: "data/sub-3_T1w.nii")
    let outcome = try train("--epochs 1")
    #expect(outcome.status == 1)
    let starts = [
      "data/sub-1_dseg.nii.gz: found 4×1×1 voxels, needed 32×30×28 as in data/sub-1_T1w.nii",
      "data/sub-2_dseg.nii.gz: truncated", "data/sub-3_T1w.nii: is not NIfTI",
      "training stopped, as some files cannot be read",
    ]
    #expect(outcome.error.count == starts.count, "\(outcome.error)")
    for (line, start) in zip(outcome.error, starts) { #expect(line.hasPrefix(start), "\(line)") }
    #expect(!place.exists("m.safetensors"))
  }

  @Test("a label that the table does not know is named with its file and the number of voxels")
  func unknownLabel() throws {
    var labels = SyntheticHead(number: 2).labels
    (labels[0], labels[1]) = (41, 41)
    try place.write(labels, like: "data/sub-2_T1w.nii", to: "data/sub-2_dseg.nii.gz")
    let outcome = try train("--epochs 1")
    #expect(outcome.status == 1)
    #expect(
      outcome.error.first?.hasPrefix(
        "data/sub-2_dseg.nii.gz: label 41 (2 voxels) is not in the label table \"bids\"") == true)
  }

  @Test("what no machine holds is refused in one line, with the number that it takes, and nothing is written")
  func memory() throws {
    let recipe = SmallModel.training.replacing("--patch-size 16", with: "--patch-size 16000")
    let patches = try place.grisea(recipe + " --output m.safetensors")
    #expect(patches.status == 1)
    #expect(patches.error.count == 1)
    let needed = try #require(
      patches.error.first?.firstMatch(of: /^1 patch of 16000×16000×16000 voxels .* needs at least (\d+) MB/))
    // Four bytes of a voxel and one of its label, in one batch at least.
    #expect((Int(needed.1) ?? 0) > 20_480_000)

    // The most of both that can be requested: refused before they are made.
    for words in [
      "--channels 10000 --maximum-channels 10000 --levels 8 --patch-size 32000",
      "--batch-size 10000 --patch-size 32000",
    ] {
      let outcome = try place.grisea(
        "train --images data/*_T1w.nii --labels data/*_dseg.nii.gz --quiet --output m.safetensors " + words)
      #expect(outcome.status == 1)
      #expect(outcome.error.count == 1)
      #expect(outcome.error.first?.contains(/needs? at least \d+ MB of memory/) == true, "\(outcome.error)")
    }

    // 60000×200×200 voxels at 0.1 mm.
    try place.write([UInt16](repeating: 1, count: 300), "data/sub-3_T1w.nii", spacing: 20)
    let images = try train("--epochs 1 --spacing 0.1")
    #expect(images.status == 1)
    #expect(images.error.count == 1)
    #expect(
      images.error.first?.hasPrefix("data/sub-3_T1w.nii: 2400000000 voxels at this spacing") == true,
      "\(images.error)")
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: place.path)) == ["data"])
  }

  static let lists: [(words: String, status: Int32, message: String)] = [
    ("--images no-* --labels data/*_dseg.nii.gz", 1, "no-*: no file found"),
    ("--images data/*_T1w.nii --labels no-*", 1, "no-*: no file found"),
    (
      "--images data/*_T1w.nii --labels data/sub-[12]_dseg.nii.gz", 1,
      "data/sub-3_T1w.nii: found no label map"
    ),
    (
      "--images data/sub-[12]_T1w.nii --labels data/*_dseg.nii.gz", 1,
      "data/sub-3_dseg.nii.gz: found no image"
    ),
    ("--pairs no.tsv", 1, "no.tsv: "), ("--pairs data/sub-1_T1w.nii", 1, "data/sub-1_T1w.nii: "),
    ("--images data/*_T1w.nii --labels data/*_dseg.nii.gz --validation data/*_T1w.nii", 1, "all subjects"),
    ("--images data/*_T1w.nii --labels data/*_dseg.nii.gz --validation 1", 64, "Error: --validation 1"),
    ("--images data/*_T1w.nii", 64, "Error: needed --images with --labels, or --pairs alone"),
    (
      "--images data/*_T1w.nii --labels data/*_dseg.nii.gz --label-table spm", 64, "Error: spm: no such label"
    ),
    ("--images data/*_T1w.nii --labels data/*_dseg.nii.gz --patch-size 9", 64, "Error: --patch-size 9"),
    (
      "--images data/*_T1w.nii --labels data/*_dseg.nii.gz --patch-size 40000", 64,
      "Error: The value '40000' is"
    ),
    (
      "--images data/*_T1w.nii --labels data/*_dseg.nii.gz --batch-size 10001", 64,
      "Error: --batch-size 10001"
    ),
    ("--images data/*_T1w.nii --labels data/*_dseg.nii.gz --channels 10001", 64, "Error: --channels 10001"),
    ("--images data/*_T1w.nii --labels data/*_dseg.nii.gz --spacing 1,2", 64, "Error: The value '1,2' is"),
    ("--images data/*_T1w.nii --labels data/*_dseg.nii.gz --threads 0", 64, "Error: --threads 0"),
    ("--label-maps data/*_dseg.nii.gz --validation 0.2", 64, "Error: --validation 0.2: needs --images"),
    ("--label-maps data/*_dseg.nii.gz --synthetic-share 0.5", 64, "Error: --synthetic-share needs --images"),
    (
      "--images data/*_T1w.nii --labels data/*_dseg.nii.gz --validation-interval 2", 64,
      "Error: --validation-interval needs --validation"
    ),
    (
      "--images data/*_T1w.nii --labels data/*_dseg.nii.gz --structures --voxel-blocks --refinement 16", 64,
      "Error: --refinement 16: a network of --structures"
    ),
  ]

  @Test("what cannot be trained on is reported in one line, before training", arguments: lists)
  func unusable(words: String, status: Int32, message: String) throws {
    let outcome = try place.grisea("train \(words) --output m.safetensors --quiet")
    #expect(outcome.status == status)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
    if status == 1 { #expect(outcome.error.count == 1) }
    #expect(!place.exists("m.safetensors"))
  }
}
