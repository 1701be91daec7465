import Foundation
import TestSupport
import Testing

@Suite("Labels read by the wrong table")
struct LabelTableChoiceTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Labels of BIDS as IBSR, FAST and Atropos number them: 1 CSF, 2 GM, 3 WM.
  private static let ascending: [UInt16] = [0, 2, 3, 1]

  /// Eight heads, and what was found in them: nearly the same.
  private func writePairs(_ count: Int, ascending isAscending: (Int) -> Bool) throws {
    for number in 1...count {
      let labels = SyntheticHead(number: number).labels
      try place.write(SyntheticHead(number: number), to: "s/sub-\(number)_T1w.nii")
      var found = labels
      for index in stride(from: 0, to: found.count, by: 11) { found[index] = 0 }
      try place.write(found, like: "s/sub-\(number)_T1w.nii", to: "p/sub-\(number)_dseg.nii.gz")
      try place.write(
        isAscending(number) ? labels.map { Self.ascending[Int($0)] } : labels,
        like: "s/sub-\(number)_T1w.nii", to: "r/sub-\(number)_dseg.nii.gz")
    }
  }

  /// Those about all pairs; warnings about a file begin with its path.
  private static func warnings(of outcome: Workplace.Outcome) -> [String] {
    outcome.error.filter { $0.hasPrefix("warning: ") }
  }

  @Test("evaluate names the option by which the references fit, in how many pairs, and exits with 0")
  func reference() throws {
    try writePairs(3) { $0 != 2 }
    let outcome = try place.grisea("evaluate --prediction p --reference r")
    #expect(outcome.status == 0)
    let warnings = Self.warnings(of: outcome)
    #expect(warnings.count == 1, "\(outcome.error)")
    let line = warnings.first ?? ""
    #expect(
      line.hasPrefix("warning: in 2 of 3 pairs the labels of the reference fit much better with the table "),
      "\(line)")
    #expect(line.contains("use --reference-table ibsr (same result with fsl and brainweb)"), "\(line)")
    let right = try place.grisea(
      "evaluate --prediction p --reference r/sub-1_dseg.nii.gz --reference-table fsl")
    #expect(Self.warnings(of: right).isEmpty, "\(right.error)")
  }

  @Test("evaluate names the predictions' option where they are read by the wrong table")
  func prediction() throws {
    try writePairs(1) { _ in true }
    let outcome = try place.grisea("evaluate --prediction r --reference p")
    #expect(Self.warnings(of: outcome).first?.contains("use --label-table ibsr") == true, "\(outcome.error)")
  }

  @Test("a poor segmentation is no reason to doubt the table")
  func poor() throws {
    try writePairs(1) { _ in false }
    let labels = SyntheticHead(number: 1).labels
    // Half of the gray matter is called white, and half of the white gray.
    let poor = labels.enumerated().map { $0 % 2 == 0 && (1...2).contains($1) ? 3 - $1 : $1 }
    try place.write(poor, like: "s/sub-1_T1w.nii", to: "p/sub-1_dseg.nii.gz")
    #expect(Self.warnings(of: try place.grisea("evaluate --prediction p --reference r")).isEmpty)
  }

  private static let words =
    "train --images data/sub-*_T1w.nii --labels data/sub-*_dseg.nii.gz --patch-size 16 --levels 2 --channels 4 "
    + "--spacing 2 --batch-size 1 --steps-per-epoch 1 --epochs 1 --threads 1 --seed 1 --output m.safetensors"

  private func writeAscending(_ numbers: ClosedRange<Int>) throws {
    try place.writeDataset(numbers)
    for number in numbers {
      try place.write(
        SyntheticHead(number: number).labels.map { Self.ascending[Int($0)] },
        like: "data/sub-\(number)_T1w.nii",
        to: "data/sub-\(number)_dseg.nii.gz")
    }
  }

  @Test(
    "train stops where the tissues' intensities are in order by another table, and goes on if it was named")
  func train() throws {
    try writeAscending(1...2)
    let stopped = try place.grisea(Self.words + " --quiet")
    #expect(stopped.status == 1 && !place.exists("m.safetensors"))
    #expect(
      stopped.error.first?.hasPrefix(
        "by the label table bids the tissues of 2 of 2 label maps are not in the order")
        == true, "\(stopped.error)")
    #expect(stopped.error.first?.contains("use --label-table ibsr") == true)
    let named = try place.grisea(Self.words + " --label-table bids")
    #expect(named.status == 0 && named.error.contains { $0.hasPrefix("warning: by the label table bids") })
    let right = try place.grisea(Self.words + " --label-table fsl")
    #expect(right.status == 0 && !right.error.contains { $0.contains("label table") }, "\(right.error)")
  }

  @Test("calibrate stops likewise")
  func calibrate() throws {
    try SmallModel.write(to: place)
    try writeAscending(1...2)
    let outcome = try place.grisea(
      "calibrate model.safetensors --images data/sub-*_T1w.nii --labels data/sub-*_dseg.nii.gz --output c.safetensors"
    )
    #expect(
      outcome.status == 1 && outcome.error.last?.contains("use --label-table ibsr") == true,
      "\(outcome.error)")
  }

  @Test(
    "train reports that there is no validation, which maps are empty and which lack a tissue; their Dice is n/a and not 1"
  )
  func gaps() throws {
    try place.writeDataset(1...4)
    let labels = SyntheticHead(number: 1).labels
    try place.write(
      labels.map { $0 == 3 ? 0 : $0 }, like: "data/sub-1_T1w.nii", to: "data/sub-1_dseg.nii.gz")
    try place.write(labels.map { _ in 0 }, like: "data/sub-2_T1w.nii", to: "data/sub-2_dseg.nii.gz")
    let outcome = try place.grisea(Self.words)
    #expect(outcome.status == 0, "\(outcome.error)")
    for line in [
      "warning: 1 of 4 label maps has no voxel of GM, WM or CSF: data/sub-2_dseg.nii.gz",
      "warning: 1 of 4 label maps has no voxel of CSF: data/sub-1_dseg.nii.gz",
    ] { #expect(outcome.error.contains(line), "\(outcome.error)") }
    #expect(outcome.error.contains { $0.hasPrefix("warning: no validation subjects") })
    let validated = try place.grisea(Self.words + " --validation data/sub-1_T1w.nii")
    #expect(validated.status == 0 && !validated.error.contains { $0.contains("no validation subjects") })
    let row = try #require(try place.table("m.log.tsv").last)
    #expect(row["dice_CSF"] == "n/a" && row["dice_GM"] != "n/a")
    let empty = try place.grisea(Self.words + " --validation data/sub-2_T1w.nii")
    #expect(empty.status == 0, "\(empty.error)")
    #expect(try place.table("m.log.tsv").last?["dice_GM"] == "n/a")
  }

  @Test("there is no training on empty label maps alone")
  func nothing() throws {
    try place.writeDataset(1...2)
    for number in 1...2 {
      try place.write(
        SyntheticHead().labels.map { _ in 0 }, like: "data/sub-\(number)_T1w.nii",
        to: "data/sub-\(number)_dseg.nii.gz")
    }
    let outcome = try place.grisea(Self.words)
    #expect(outcome.status == 1)
    #expect(
      outcome.error.last
        == "no voxel of any label map is GM, WM or CSF: data/sub-1_dseg.nii.gz, data/sub-2_dseg.nii.gz")
  }
}
