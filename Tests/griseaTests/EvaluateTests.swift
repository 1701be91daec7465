import Foundation
import TestSupport
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
    try place.write([1, 7], "p/sub-3_dseg.nii")
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
      "r/sub-5_dseg.nii: found no prediction of sub-5", "p/sub-2_dseg.nii.gz: ",
      "p/sub-3_dseg.nii: label 7 (1 voxel)",
      "p/sub-4_dseg.nii: against r/sub-4_dseg.nii: the prediction has 2×1×1 voxels, the reference 3×1×1",
      "p/sub-6_dseg.nii: against r/sub-6_dseg.nii: prediction and reference have the same shape but different affines",
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

  @Test(
    "--per-label scores the structures of FreeSurfer's maps, and takes those of a folder that has tissues too"
  )
  func perLabel() throws {
    try place.write([3, 3, 17, 17, 17, 53, 42], "p/sub-1_desc-aseg_dseg.nii.gz")
    try place.write([1, 1, 1, 1, 1, 1, 1], "p/sub-1_dseg.nii.gz")
    // 1003 is a region of the left cortex, and 515 is bone.
    try place.write([3, 1003, 17, 17, 3, 53, 515], "r/sub-1_dseg.nii.gz")
    let words = "evaluate --prediction p --reference r --label-table freesurfer --per-label --json"
    let outcome = try place.grisea(words)
    #expect(outcome.status == 0, "\(outcome.error)")
    let scores = try #require(try subjects(Data(outcome.output.joined().utf8))["sub-1"])
    let dice = scores.mapValues { $0["dice"] as? Double }
    #expect(
      dice == [
        "Left-Cerebral-Cortex": 0.8, "Left-Hippocampus": 0.8, "Right-Hippocampus": 1,
        "Right-Cerebral-Cortex": 0,
      ])
  }

  @Test("--per-label with another table for the references is refused: the numbers mean something else")
  func twoTables() throws {
    try place.write([1, 2, 3], "p/sub-1_dseg.nii.gz")
    let outcome = try place.grisea("evaluate --prediction p --reference p --reference-table ibsr --per-label")
    #expect(outcome.status == 64)
    #expect(outcome.error.first?.contains("leave out --reference-table ibsr") == true, "\(outcome.error)")
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
    let subjects = try subjects(place.bytes("s.json"))
    let lines = String(decoding: try place.bytes("s.tsv"), as: UTF8.self).split(separator: "\n")
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
    let folder = try place.grisea("evaluate --prediction p --reference p --output p/a.nii/s.tsv")
    #expect(folder.status == 1)
    #expect(folder.error == ["p/a.nii: found a file, needed a folder"])
    let made = try place.grisea("evaluate --prediction p --reference p --output new/folder/s.tsv")
    #expect(made.status == 0 && place.exists("new/folder/s.json"), "\(made.error)")
    let nothing = try place.grisea("evaluate --prediction p --reference r-*")
    #expect(nothing.status == 1)
    #expect(nothing.error.count == 1 && nothing.error[0].hasPrefix("r-*: found no NIfTI file"))
  }

  @Test("the screen has Dice per subject and means of distances; the TSV has every score")
  func columns() throws {
    try place.write([1, 1, 1, 0, 0, 0, 2], "p/a.nii")
    try place.write([1, 0, 0, 0, 0, 0, 2], "r/a.nii")
    let outcome = try place.grisea(
      "evaluate --prediction p/a.nii --reference r/a.nii --tolerance 1 --output s.tsv")
    #expect(outcome.status == 0, "\(outcome.error)")
    let lines = outcome.output.map { $0.split(separator: " ").map(String.init) }
    // Surface voxels are 0, 1, 2 mm away from the reference's, and that is 0 mm away from them.
    #expect(lines.contains(["HD95", "mm", "1.90", "(n", "1)", "0.00", "(n", "1)"]))
    #expect(lines.contains(["ASSD", "mm", "0.750", "(n", "1)", "0.000", "(n", "1)"]))
    let table = String(decoding: try place.bytes("s.tsv"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t").map(String.init) }
    let row = Dictionary(uniqueKeysWithValues: zip(table[0], table[1]))
    #expect(row["hausdorff_mm"] == "2.000000" && row["surface_dice"] == "0.750000")
    #expect(row["specificity"] == "0.666667" && row["found_components"] == "1.000000")
  }

  @Test("empty masks score as --empty says", arguments: ["perfect", "omit", "penalize"])
  func empty(convention: String) throws {
    // Gray matter is in neither scan of b and in one of a; white matter is in both of both.
    try place.write([1, 2, 2, 0], "p/sub-a_dseg.nii")
    try place.write([0, 2, 2, 0], "r/sub-a_dseg.nii")
    try place.write([0, 2, 2, 0], "p/sub-b_dseg.nii")
    try place.write([0, 2, 2, 0], "r/sub-b_dseg.nii")
    let outcome = try place.grisea("evaluate --prediction p --reference r --json --empty \(convention)")
    let subjects = try subjects(Data(outcome.output.joined().utf8))
    #expect(subjects["sub-a"]?["GM"]?["dice"] as? Double == 0)
    #expect(subjects["sub-a"]?["GM"]?["hausdorff_mm"] as? Double == (convention == "penalize" ? 3 : nil))
    #expect(subjects["sub-b"]?["GM"]?["dice"] as? Double == (convention == "omit" ? nil : 1))
    #expect(subjects["sub-b"]?["GM"]?["hausdorff_mm"] as? Double == (convention == "omit" ? nil : 0))
  }

  @Test("--compare judges the second set against the first, the same for the same seed")
  func compare() throws {
    for (subject, prediction) in [[1, 1, 2, 0], [1, 0, 2, 0], [0, 1, 2, 2]].enumerated() {
      try place.write(prediction.map(UInt16.init), "a/sub-\(subject)_dseg.nii")
      try place.write([1, 1, 2, 2], "b/sub-\(subject)_dseg.nii")
      try place.write([1, 1, 2, 2], "r/sub-\(subject)_dseg.nii")
    }
    let words = "evaluate --compare a b --reference r --resamples 500 --seed 3 --output"
    let outcome = try place.grisea("\(words) c.tsv")
    #expect(outcome.status == 0, "\(outcome.error)")
    let lines = outcome.output.map { $0.split(separator: " ").map(String.init) }
    // Dice of GM: 1, 2/3 and 2/3 against 1; of WM: 2/3, 2/3 and 1.
    #expect(lines.contains(["a", "0.7778", "0.7778"]) && lines.contains(["b", "1.0000", "1.0000"]))
    #expect(lines.contains(["difference", "+0.2222", "+0.2222"]))
    // One difference is 0: of eight signs four are as far.
    #expect(lines.contains(["p", "0.5000", "0.5000"]))
    #expect(outcome.output.suffix(2) == ["c.tsv", "c.json"])
    #expect(try place.grisea("\(words) d.tsv").status == 0)
    #expect(
      try place.bytes("c.tsv") == place.bytes("d.tsv") && place.bytes("c.json") == place.bytes("d.json"))
  }

  @Test("--probabilities adds their scores")
  func probabilities() throws {
    try place.write([1, 1, 2], "p/sub-1_dseg.nii")
    try place.write([1, 1, 2], "r/sub-1_dseg.nii")
    // Whole numbers are probabilities too.
    try place.write([1, 0, 0], "p/sub-1_label-GM_probseg.nii")
    let outcome = try place.grisea("evaluate --prediction p --reference r --probabilities p --json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let scores = try subjects(Data(outcome.output.joined().utf8))["sub-1"]
    #expect(scores?["GM"]?["soft_dice"] as? Double == 2 / 3.0)
    #expect(scores?["GM"]?["brier"] as? Double == 1 / 3.0)
    #expect(scores?["WM"]?["soft_dice"] is NSNull)
  }

  @Test(
    "what cannot be meant is wrong usage",
    arguments: [
      ("--reference r", "needed one of --prediction, --compare and --pairs"),
      ("--prediction p --pairs t.tsv", "needed one of --prediction, --compare and --pairs"),
      ("--pairs t.tsv --reference r", "--pairs names the references too; leave out --reference"),
      ("--prediction p --compare a b --reference r", "needed one of --prediction, --compare and --pairs"),
      ("--compare a --reference r", "--compare a: needed two sets, found 1; put patterns in quotes"),
      ("--compare a b --reference r --probabilities p", "--probabilities needs --prediction"),
      ("--prediction p --reference r --tolerance=-1", "--tolerance -1.0: needed a length in mm"),
      ("--prediction p --reference r --confidence 95", "--confidence 95.0: needed a share between 0 and 1"),
      ("--prediction p --reference r --resamples 0", "--resamples 0: needed a number of at least 1"),
    ])
  func usage(words: String, message: String) throws {
    let outcome = try place.grisea("evaluate " + words)
    #expect(outcome.status == 64)
    #expect(outcome.error.first?.hasPrefix("Error: " + message) == true, "\(outcome.error)")
  }

  @Test("a table says what belongs together where names do not")
  func pairs() throws {
    try place.write([1, 1, 2], "p/one.nii")
    try place.write([1, 2, 2], "p/two.nii")
    try place.write([1, 1, 2], "r/Anna.nii")
    try place.write([1, 1, 1], "r/Bo.nii")
    // Paths begin at the table's folder.
    try place.write(
      "reference\tprediction\n../r/Anna.nii\t../p/two.nii\n\(place("r/Bo.nii"))\t../p/one.nii\n",
      to: "t/pairs.tsv")
    let outcome = try place.grisea("evaluate --pairs t/pairs.tsv --output s.tsv")
    #expect(outcome.status == 0, "\(outcome.error)")
    let dice = try place.table("s.tsv").filter { $0["label"] == "GM" }.map {
      [$0["subject"] ?? "", String(($0["dice"] ?? "").prefix(6))]
    }
    #expect(dice.contains(["two", "0.6666"]) && dice.contains(["one", "0.8000"]), "\(dice)")
    let missing = try place.grisea("evaluate --pairs no.tsv")
    #expect(missing.status == 1 && missing.error == ["no.tsv: cannot be read"])
  }
}
