import Foundation
import Imaging
import Segmentation
import TestSupport
import Testing

@Suite("grisea synthesize, and training on label maps")
struct SynthesizeTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeDataset(1...2)
  }

  @Test("images and truths lie on the map's grid, and are the same bytes each time")
  func files() throws {
    let words = "synthesize data/sub-1_dseg.nii.gz data/sub-2_dseg.nii.gz --count 2 --seed 4 --quiet"
    let outcome = try place.grisea("\(words) --output a")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.count == 8)
    #expect(outcome.output.first == "a/sub-1_acq-synth_run-1_T1w.nii.gz")
    let image = try NIfTIImage(contentsOf: place("a/sub-1_acq-synth_run-1_T1w.nii.gz"))
    let map = try NIfTIImage(contentsOf: place("data/sub-1_dseg.nii.gz"))
    #expect(image.volume.grid.matches(map.volume.grid))
    #expect(image.volume.voxels.allSatisfy { (0...1).contains($0) } && Set(image.volume.voxels).count > 100)
    let truth = try NIfTIImage(contentsOf: place("a/sub-1_acq-synth_run-1_dseg.nii.gz"))
    #expect(Set(truth.volume.voxels) == [0, 1, 2, 3])
    #expect(try place.grisea("\(words) --output b --threads 1").status != 0)
    #expect(try place.grisea("\(words) --output b").status == 0)
    #expect(try place.contents("a") == place.contents("b"))
    #expect(try place.grisea("synthesize data/sub-2_dseg.nii.gz --seed 4 --output c").status == 0)
    #expect(
      try place.bytes("c/sub-2_acq-synth_run-1_T1w.nii.gz")
        == place.bytes("a/sub-2_acq-synth_run-1_T1w.nii.gz")
    )
  }

  @Test("another label map of the same name is refused in one line, and --force replaces its images")
  func replaced() throws {
    let words = "--count 2 --seed 4 --quiet --output a"
    #expect(try place.grisea("synthesize data/sub-1_dseg.nii.gz \(words)").status == 0)
    let before = try place.contents("a")
    try FileManager.default.createDirectory(atPath: place("other"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: place("data/sub-2_dseg.nii.gz"), toPath: place("other/sub-1_dseg.nii.gz"))
    let second = try place.grisea("synthesize other/sub-1_dseg.nii.gz \(words)")
    #expect(second.status == 1 && second.error.count == 1, "\(second.error)")
    #expect(
      second.error.first?.hasPrefix("other/sub-1_dseg.nii.gz: its results would replace those of ") == true)
    #expect(second.error.first?.contains("--force") == true)
    #expect(try place.contents("a") == before)
    // The same map from another path, and the same command again, replace nothing of others.
    #expect(try place.grisea("synthesize ./other/../data/sub-1_dseg.nii.gz \(words)").status == 0)
    #expect(try place.contents("a") == before)
    #expect(try place.grisea("synthesize other/sub-1_dseg.nii.gz \(words) --force").status == 0)
    #expect(try place.contents("a") != before)
    #expect(try place.grisea("synthesize data/sub-1_dseg.nii.gz \(words)").status == 1)
  }

  @Test("a bad map costs its line, and not the others")
  func bad() throws {
    try place.write([7, 1, 2, 3], "odd.nii")
    let outcome = try place.grisea("synthesize odd.nii data/sub-1_dseg.nii.gz --output a --quiet")
    #expect(outcome.status == 1)
    #expect(outcome.error.first?.hasPrefix("odd.nii: label 7 (1 voxel) is not in the label table") == true)
    #expect(outcome.output.count == 2)
  }

  @Test("label maps alone train, and the same command gives the same model; real images can validate")
  func training() throws {
    let recipe = SmallModel.training.split(separator: " ").dropFirst(5).joined(separator: " ")
    let words = "train --label-maps bids:data/*_dseg.nii.gz --epochs 2 \(recipe)"
    let outcome = try place.grisea("\(words) --output m.safetensors")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.first?.hasPrefix("trained 4 steps on 2 image(s)") == true)
    #expect(try place.grisea("\(words) --output n.safetensors").status == 0)
    #expect(try place.bytes("m.safetensors") == place.bytes("n.safetensors"))
    let judged = try place.grisea(
      "\(words) --images data/*_T1w.nii --labels data/*_dseg.nii.gz --validation data/*_T1w.nii --output v.safetensors"
    )
    #expect(judged.status == 0, "\(judged.error)")
    #expect(judged.output.first?.contains("validation Dice GM") == true)
    let seen = try place.grisea(
      "\(words) --images data/*_T1w.nii --labels data/*_dseg.nii.gz --validation data/sub-1_T1w.nii --output w.safetensors"
        .replacing(" --quiet", with: ""))
    #expect(
      seen.error.contains {
        $0.hasPrefix("warning: 1 subject held out for validation, but ") && $0.hasSuffix(": sub-1")
      }, "\(seen.error)")
  }

  /// Cubes in cubes in FreeSurfer's codes: cortex of cerebrum and cerebellum, white matter, a putamen; all in air.
  private func writeParts() throws {
    let grid = Grid(shape: [24, 24, 24], affine: Affine(spacing: [2, 2, 2]))
    var map = LabelMap(grid: grid)
    for k in 4..<20 {
      for j in 4..<20 {
        for i in 4..<20 {
          let depth = [i - 4, 19 - i, j - 4, 19 - j, k - 4, 19 - k].min() ?? 0
          map[i, j, k] = depth < 3 ? (j < 8 ? 8 : 3) : depth < 6 ? 2 : 12
        }
      }
    }
    for number in 1...2 {
      try place.write(Data(), to: "maps/sub-\(number)_dseg.nii")
      try map.write(to: place("maps/sub-\(number)_dseg.nii"))
    }
  }

  @Test("parts of the gray matter stand in the truth, and are learned from label maps")
  func parts() throws {
    try writeParts()
    let outcome = try place.grisea(
      "synthesize maps/sub-1_dseg.nii --label-table freesurfer --parts --seed 2 --output a --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let truth = try NIfTIImage(contentsOf: place("a/sub-1_acq-synth_run-1_dseg.nii.gz"))
    #expect(Set(truth.volume.voxels) == [0, 2, 8, 9, 12])
    let recipe = SmallModel.training.split(separator: " ").dropFirst(5).joined(separator: " ")
    let trained = try place.grisea(
      "train --parts --label-maps freesurfer:maps/*_dseg.nii --epochs 2 \(recipe) --output m.safetensors")
    #expect(trained.status == 0, "\(trained.error)")
    let labels = try SegmentationModel(contentsOf: place("m.safetensors")).labels
    #expect(labels.map(\.value) == [0, 8, 9, 12, 2, 3])
    let segmented = try place.grisea("segment data/sub-1_T1w.nii --model m.safetensors --output b --quiet")
    #expect(segmented.status == 0, "\(segmented.error)")
    let adapted = try place.grisea(
      "train --from m.safetensors --images data/*_T1w.nii --labels data/*_dseg.nii.gz --output n.safetensors --quiet"
    )
    #expect(adapted.status == 1)
    #expect(adapted.error.first?.hasPrefix("m.safetensors: ") == true, "\(adapted.error)")
  }

  static let faults: [(words: String, status: Int32, message: String)] = [
    ("--label-maps no-*", 1, "no-*: no file found"),
    ("--label-maps spm:data/*_dseg.nii.gz", 1, "spm: no such label table"),
    ("--label-maps data/*_dseg.nii.gz --synthetic-share 2", 64, "Error: --synthetic-share 2"),
    (
      "--parts --label-maps data/sub-1_dseg.nii.gz", 1,
      "data/sub-1_dseg.nii.gz: the label map does not distinguish deep gray matter from cortex"
    ),
    (
      "--parts --label-maps data/*_dseg.nii.gz --standard-contrast 0.5", 64,
      "Error: --standard-contrast 0.5: needs tissues as outputs"
    ),
    (
      "--parts --label-maps data/*_dseg.nii.gz --images data/*_T1w.nii --labels data/*_dseg.nii.gz", 64,
      "Error: --parts needs --label-maps alone"
    ),
  ]

  @Test("what cannot be synthesized from is reported in one line", arguments: faults)
  func unusable(words: String, status: Int32, message: String) throws {
    let outcome = try place.grisea("train \(words) --output m.safetensors --quiet")
    #expect(outcome.status == status)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
  }
}
