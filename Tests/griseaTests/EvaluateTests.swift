import Foundation
import Testing

@Suite("grisea evaluate")
struct EvaluateTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test("bad pairs are a line each on standard error and exit code 1; the others are scored")
  func mixed() throws {
    try place.write([1, 1, 1, 2], "p/sub-1_dseg.nii.gz")
    try place.write([1, 1, 2, 2], "r/sub-1_dseg.nii.gz")
    try place.write("no image", to: "p/sub-2_dseg.nii.gz")
    try place.write([1], "r/sub-2_dseg.nii.gz")
    try place.write([1, 9], "p/sub-3_dseg.nii")
    try place.write([1, 1], "r/sub-3_dseg.nii")
    try place.write([1, 1], "p/sub-4_dseg.nii")
    try place.write([1, 1, 1], "r/sub-4_dseg.nii")
    try place.write([1], "r/sub-5_dseg.nii")
    try place.write([1, 1], "p/sub-6_dseg.nii", spacing: 2)
    try place.write([1, 1], "r/sub-6_dseg.nii")
    let outcome = try place.grisea("evaluate --prediction p --reference r --output s.tsv")
    #expect(outcome.status == 1)
    // GM: 3 predicted, 2 in the reference, 2 agreed; WM: 1, 2, 1.
    #expect(outcome.output.contains { $0.split(separator: " ") == ["sub-1", "0.8000", "0.6667"] })
    #expect(outcome.output.suffix(2) == ["s.tsv", "s.json"])
    let starts = [
      "r/sub-5_dseg.nii: no prediction of sub-5", "p/sub-2_dseg.nii.gz: ",
      "p/sub-3_dseg.nii: label 9 (1 voxel)",
      "p/sub-4_dseg.nii: against r/sub-4_dseg.nii: the prediction has 2×1×1 voxels, the reference 3×1×1",
      "p/sub-6_dseg.nii: against r/sub-6_dseg.nii: prediction and reference have one shape but different affines",
    ]
    #expect(outcome.error.count == starts.count, "\(outcome.error)")
    for (line, start) in zip(outcome.error, starts) { #expect(line.hasPrefix(start), "\(line)") }
  }

  static let words = [
    ("p/sub-1_dseg.nii.gz", "r/sub-1_dseg.nii.gz"), ("p", "r"), ("p/*_dseg.nii.gz", "r/*"),
    ("p", "r/sub-1_dseg.nii.gz"),
  ]

  @Test("files, folders and patterns name the same pairs; a perfect prediction scores 1", arguments: words)
  func perfect(prediction: String, reference: String) throws {
    try place.write([0, 1, 2, 3], "p/sub-1_dseg.nii.gz")
    try place.write([0, 1, 2, 3], "r/sub-1_dseg.nii.gz")
    // What segment writes beside its labels is no second prediction.
    try place.write([0, 1, 0, 0], "p/sub-1_label-GM_mask.nii.gz")
    let outcome = try place.grisea("evaluate --prediction \(prediction) --reference \(reference) --json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let subjects = try subjects(Data(outcome.output.joined().utf8))
    #expect(Array(subjects.keys) == ["sub-1"])
    for tissue in ["GM", "WM", "CSF"] {
      #expect(subjects["sub-1"]?[tissue]?["dice"] as? Double == 1)
      #expect(subjects["sub-1"]?[tissue]?["volume_difference"] as? Double ?? 0 == 0)
    }
  }

  @Test("with --mask voxels outside do not count, and a mask on another grid is an error")
  func mask() throws {
    try place.write([1, 1, 1, 2, 1], "p/sub-1_dseg.nii")
    try place.write([1, 1, 2, 2, 0], "r/sub-1_dseg.nii")
    try place.write([0, 1, 1, 1, 0], "m/sub-1_mask.nii")
    try place.write([0, 1, 1, 1], "n/sub-1_mask.nii")
    let outcome = try place.grisea("evaluate --prediction p --reference r --mask m/*_mask.nii --json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let scores = try subjects(Data(outcome.output.joined().utf8))["sub-1"]
    // Within the mask GM: 2 predicted, 1 in the reference, 1 agreed; WM: 1, 2, 1.
    #expect(scores?["GM"]?["dice"] as? Double == 2 / 3.0)
    #expect(scores?["WM"]?["dice"] as? Double == 2 / 3.0)
    let other = try place.grisea("evaluate --prediction p --reference r --mask n/*_mask.nii")
    #expect(other.status == 1)
    #expect(other.error.first?.hasPrefix("n/sub-1_mask.nii: ") == true, "\(other.error)")
  }

  private func subjects(_ json: Data) throws -> [String: [String: [String: Any]]] {
    let root = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    return try #require(root?["subjects"] as? [String: [String: [String: Any]]])
  }

  @Test("the TSV and the JSON beside it hold the same numbers")
  func files() throws {
    for (number, labels) in [[0, 1, 1, 2, 3], [1, 1, 2, 2, 0]].enumerated() {
      try place.write(labels.map(UInt16.init), "p/sub-\(number)_dseg.nii")
      try place.write([1, 1, 2, 3, 3], "r/sub-\(number)_dseg.nii")
    }
    #expect(try place.grisea("evaluate --prediction p --reference r --output s.tsv").status == 0)
    let subjects = try subjects(place.read("s.json"))
    let lines = String(decoding: try place.read("s.tsv"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t").map(String.init) }
    let header = try #require(lines.first)
    var compared = 0
    for line in lines.dropFirst() {
      #expect(line.count == header.count)
      let row = Dictionary(uniqueKeysWithValues: zip(header, line))
      let tissue = row["label"] ?? row["tissue"] ?? ""
      guard let scores = subjects[row["subject"] ?? ""]?[tissue] else { continue }
      for (name, value) in scores {
        guard let value = value as? Double, let cell = row[name].flatMap({ Double($0) }) else { continue }
        #expect(abs(cell - value) <= 1e-5 * max(1, abs(value)), "\(name)")
        compared += 1
      }
    }
    // Two subjects, three tissues, Dice and its companions.
    #expect(compared >= 2 * 3 * 5, "\(header)")
  }

  @Test("each side is read with its own table, and --json prints every score")
  func tables() throws {
    try place.write([3, 1035, 2, 0], "p/a.nii")
    try place.write([2, 2, 3, 0], "r/b.nii")
    let outcome = try place.grisea(
      "evaluate --prediction p/a.nii --reference r/b.nii --label-table freesurfer --reference-table ibsr --json"
    )
    #expect(outcome.status == 0)
    let subjects = try subjects(Data(outcome.output.joined().utf8))
    #expect(subjects["a"]?["GM"]?["dice"] as? Double == 1)
    #expect(subjects["a"]?["GM"]?["reference_ml"] as? Double == 0.002)
  }

  @Test("an unknown label table is wrong usage; what is not there is a failure of one line")
  func mistakes() throws {
    try place.write([1], "p/a.nii")
    let table = try place.grisea("evaluate --prediction p --reference p --label-table spm")
    #expect(table.status == 64)
    #expect(table.error.first?.hasPrefix("Error: spm: no such label table or file") == true)
    let folder = try place.grisea("evaluate --prediction p --reference p --output no/s.tsv")
    #expect(folder.status == 1)
    #expect(folder.error == ["no/s.tsv: the folder no does not exist; make it first"])
    let nothing = try place.grisea("evaluate --prediction p --reference r-*")
    #expect(nothing.status == 1)
    #expect(nothing.error.count == 1 && nothing.error[0].hasPrefix("r-*: no NIfTI file found"))
  }
}
