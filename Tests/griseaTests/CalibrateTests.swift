import Foundation
import TestSupport
import Testing

@Suite("grisea calibrate")
struct CalibrateTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeDataset(1...3)
    try SmallModel.write(to: place)
  }

  private static let data = "--images data/sub-*_T1w.nii --labels data/sub-*_dseg.nii.gz"

  private func calibrate(_ words: String) throws -> Workplace.Outcome {
    try place.grisea("calibrate \(words) --threads 1 --quiet --precision float32")
  }

  /// Heads as large as one patch, on the model's grid of 2 mm, so that no tiles are blended.
  private func writeSmallHeads() throws {
    for number in 1...2 {
      let head = SyntheticHead(shape: [16, 16, 16], number: number)
      try place.write(head, to: "small/sub-\(number)_T1w.nii")
      try place.write(
        head.labels, like: "small/sub-\(number)_T1w.nii", to: "small/sub-\(number)_dseg.nii.gz")
    }
  }

  /// Rows of the printed table, in words.
  private func table(_ outcome: Workplace.Outcome) -> [[String]] {
    outcome.output.dropLast().map { $0.split(separator: " ").map(String.init) }
  }

  @Test("labels are no less likely than before; calibrated again, a model stays as it is")
  func calibrates() throws {
    try writeSmallHeads()
    let words = Self.data.replacing("data/", with: "small/")
    let first = try calibrate("model.safetensors \(words) --output a.safetensors")
    try #require(first.status == 0, "\(first.error)")
    #expect(first.output.last == "a.safetensors")
    let rows = table(first)
    #expect(rows.map(\.count) == [4, 3, 4, 5])
    #expect(rows[0].suffix(3) == ["voxels", "before", "after"])
    let likelihood = try rows[2].suffix(2).map { try #require(Double($0)) }
    #expect(likelihood[1] <= likelihood[0])
    let again = table(try calibrate("a.safetensors \(words) --output b.safetensors"))
    try #require(again.count == 4)
    // What was found is folded in, to the digits that are printed.
    #expect(abs(try #require(Double(again[1][2])) - 1) < 2e-3)
    #expect(again[0] == rows[0])
    for row in 2...3 { #expect(again[row].dropLast().last == rows[row].last) }
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
    #expect(Set(names) == ["data", "small", "model.safetensors", "a.safetensors", "b.safetensors"])
  }

  @Test("subjects on which the model was trained are named in a warning")
  func trainingSubjects() throws {
    try writeSmallHeads()
    let words = Self.data.replacing("data/", with: "small/")
    let outcome = try place.grisea(
      "calibrate model.safetensors \(words) --threads 1 --precision float32 --output a.safetensors")
    #expect(outcome.status == 0, "\(outcome.error)")
    let warning = "warning: 2 subjects with a name of the model's training subjects; "
    #expect(
      outcome.error.contains { $0.hasPrefix(warning) && $0.hasSuffix(": sub-1, sub-2") }, "\(outcome.error)")
  }

  static let faults: [(words: String, status: Int32, message: String)] = [
    ("no.safetensors \(data) --output a", 1, "no.safetensors: cannot be read: no such file"),
    ("data/sub-1_T1w.nii \(data) --output a", 1, "data/sub-1_T1w.nii: not a model"),
    (
      "model.safetensors \(data) --output model.safetensors/a", 1,
      "model.safetensors: found a file, needed a folder"
    ),
    (
      "model.safetensors --images no-* --labels data/*_dseg.nii.gz --output a", 1,
      "no-*: no file found"
    ),
    ("model.safetensors \(data) --output ./model.safetensors", 64, "Error: --output ./model.safetensors: "),
    ("model.safetensors \(data) --label-table spm --output a", 64, "Error: spm: no such label"),
  ]

  @Test("what cannot be calibrated is reported in one line", arguments: faults)
  func unusable(words: String, status: Int32, message: String) throws {
    let outcome = try calibrate(words)
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error.first?.hasPrefix(message) == true, "\(outcome.error)")
    if status == 1 { #expect(outcome.error.count == 1) }
    #expect(!place.exists("a"))
  }

  @Test("every bad image is reported, and there is no calibration on the rest")
  func badData() throws {
    try place.write([0, 1, 2, 3], "data/sub-1_dseg.nii.gz")
    try place.write("text", to: "data/sub-3_T1w.nii")
    let outcome = try calibrate("model.safetensors \(Self.data) --output a.safetensors")
    #expect(outcome.status == 1)
    let starts = [
      "data/sub-1_dseg.nii.gz: found 4×1×1 voxels, needed 32×30×28", "data/sub-3_T1w.nii: is not NIfTI",
      "calibration stopped, as some files cannot be read",
    ]
    #expect(outcome.error.count == starts.count, "\(outcome.error)")
    for (line, start) in zip(outcome.error, starts) { #expect(line.hasPrefix(start), "\(line)") }
    #expect(!place.exists("a.safetensors"))
  }
}
