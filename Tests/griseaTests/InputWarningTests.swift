import Foundation
import Imaging
import TestSupport
import Testing

/// Whatever reads a doubtful file says so, and says it before anything fails.
@Suite("Warnings about inputs")
struct InputWarningTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private static let nan = "voxels are not numbers (NaN, infinite or beyond float32) and were set to 0"

  /// Writes a file again as float32, its first voxels not numbers.
  private func writeNaN(to name: String) throws {
    var volume = try NIfTIImage(contentsOf: place(name)).volume
    for index in 0..<5 { volume.voxels[index] = .nan }
    let path = place(name)
    try FileManager.default.removeItem(atPath: path)
    try volume.write(to: path)
  }

  private func warnings(_ outcome: Workplace.Outcome, _ name: String) -> [String] {
    outcome.error.filter { $0.hasPrefix("\(name): warning: ") }
  }

  @Test("train reports those of images and of label maps, once each")
  func train() throws {
    try place.writeDataset(1...2)
    try writeNaN(to: "data/sub-1_T1w.nii")
    try writeNaN(to: "data/sub-2_dseg.nii.gz")
    let words = SmallModel.training.replacing(" --quiet", with: "") + " --epochs 1 --output m.safetensors"
    let outcome = try place.grisea(words)
    #expect(outcome.status == 0, "\(outcome.error)")
    for name in ["data/sub-1_T1w.nii", "data/sub-2_dseg.nii.gz"] {
      #expect(warnings(outcome, name).filter { $0.hasSuffix(Self.nan) }.count == 1, "\(outcome.error)")
    }
    #expect(warnings(outcome, "data/sub-2_T1w.nii").contains { $0.contains("sform and qform disagree") })
    let silent = try place.grisea(words + " --quiet")
    #expect(silent.error.isEmpty)
  }

  @Test("calibrate, preprocess and segment report them")
  func others() throws {
    try place.writeDataset(1...2)
    try SmallModel.write(to: place)
    try writeNaN(to: "data/sub-1_T1w.nii")
    try writeNaN(to: "data/sub-1_dseg.nii.gz")
    let scan = "data/sub-1_T1w.nii"
    let commands = [
      "calibrate model.safetensors --images data/sub-*_T1w.nii --labels data/sub-*_dseg.nii.gz --output c.safetensors",
      "preprocess \(scan) --output p", "segment \(scan) --model model.safetensors --output s",
    ]
    for command in commands {
      let outcome = try place.grisea(command)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(
        warnings(outcome, scan).filter { $0.hasSuffix(Self.nan) }.count == 1, "\(command): \(outcome.error)")
    }
  }

  @Test("evaluate reports them, and labels that were rounded")
  func evaluate() throws {
    try place.writeDataset(1...1)
    let name = "data/sub-1_dseg.nii.gz"
    try place.write(SyntheticHead().labels, like: "data/sub-1_T1w.nii", to: "r/sub-1_dseg.nii.gz")
    var volume = try NIfTIImage(contentsOf: place(name)).volume
    let rounded = volume.voxels.count { $0 == 3 }
    for index in volume.voxels.indices where volume.voxels[index] == 3 { volume.voxels[index] = 3.0000458 }
    volume.voxels[0] = .nan
    try volume.write(to: place(name))
    let outcome = try place.grisea("evaluate --prediction \(name) --reference r")
    #expect(outcome.status == 0, "\(outcome.error)")
    let found = warnings(outcome, name)
    #expect(found.contains { $0.hasSuffix(Self.nan) })
    #expect(
      found.contains {
        $0.replacing(",", with: "").contains("warning: \(rounded) labels were not whole numbers")
      })
  }

  @Test("a scan that fails has its warnings too", arguments: ["segment", "preprocess"])
  func failing(command: String) throws {
    let grid = Grid(shape: [8, 8, 8], affine: Affine(spacing: [0.001, 0.001, 0.001]))
    try Volume(grid: grid).write(to: place("sub-1_T1w.nii"))
    let outcome = try place.grisea("\(command) sub-1_T1w.nii --output out")
    #expect(outcome.status == 1)
    #expect(
      warnings(outcome, "sub-1_T1w.nii").contains { $0.contains("unusual voxel size") }, "\(outcome.error)")
  }

  @Test("preprocess reports values below 0, and scales a shifted scan as the scan itself")
  func negative() throws {
    try place.write(SyntheticHead(), to: "sub-1_T1w.nii")
    var volume = try NIfTIImage(contentsOf: place("sub-1_T1w.nii")).volume
    for index in volume.voxels.indices { volume.voxels[index] = volume.voxels[index] / 100 - 3 }
    try volume.write(to: place("sub-2_T1w.nii"))
    let outcome = try place.grisea("preprocess sub-1_T1w.nii sub-2_T1w.nii --output out")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(warnings(outcome, "sub-1_T1w.nii").allSatisfy { !$0.contains("below 0") })
    #expect(
      warnings(outcome, "sub-2_T1w.nii").contains {
        $0.contains("below 0") && $0.contains("background level")
      },
      "\(outcome.error)")
    let (one, two) = (
      try NIfTIImage(contentsOf: place("out/sub-1_desc-preproc_T1w.nii.gz")).volume,
      try NIfTIImage(contentsOf: place("out/sub-2_desc-preproc_T1w.nii.gz")).volume
    )
    let largest = zip(one.voxels, two.voxels).map { abs($0 - $1) }.max() ?? 1
    #expect(largest < 0.02)
  }
}
