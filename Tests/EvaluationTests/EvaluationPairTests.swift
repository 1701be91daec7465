import Evaluation
import Files
import Foundation
import TestSupport
import Testing

@Suite("EvaluationPair")
struct EvaluationPairTests {
  /// Runs `body` in a new folder that holds empty files of the given names.
  private func withFiles<Result>(_ names: [String], _ body: (String) throws -> Result) throws -> Result {
    let folder = try Workplace()
    defer { folder.remove() }
    for name in names { try folder.write("", to: name) }
    return try body(folder.path)
  }

  @Test("folders and patterns are paired by subject, whatever else is in them")
  func folders() throws {
    let names = [
      "out/sub-10_dseg.nii.gz", "out/sub-2_dseg.nii.gz", "out/sub-2_label-GM_mask.nii.gz", "out/volumes.tsv",
      "ref/sub-2/anat/sub-2_T1w.nii.gz", "ref/sub-2/anat/sub-2_dseg.nii.gz", "ref/sub-10/sub-10_dseg.nii",
      "ref/.cache/sub-2_dseg.nii.gz",
    ]
    try withFiles(names) { folder in
      let expected = [
        ["sub-2", "/out/sub-2_dseg.nii.gz", "/ref/sub-2/anat/sub-2_dseg.nii.gz"],
        ["sub-10", "/out/sub-10_dseg.nii.gz", "/ref/sub-10/sub-10_dseg.nii"],
      ]
      for references in ["/ref", "/ref/sub-*/*.nii*"] {
        let (pairs, errors) = EvaluationPair.pairs(
          predictions: folder + "/out", references: folder + references)
        if references == "/ref" {
          #expect(errors.isEmpty)
          #expect(
            pairs.map { [$0.subject.description, $0.prediction, $0.reference] }
              == expected.map { [$0[0], folder + $0[1], folder + $0[2]] })
        } else {
          #expect(pairs.map(\.subject.description) == ["sub-10"])
        }
      }
    }
  }

  @Test("what has no partner is an error by name, on either side, and the others are paired")
  func unmatched() throws {
    try withFiles(["p/sub-1_dseg.nii", "p/sub-2_dseg.nii", "r/sub-2_dseg.nii", "r/sub-3_dseg.nii"]) {
      folder in
      let (pairs, errors) = EvaluationPair.pairs(predictions: folder + "/p", references: folder + "/r")
      #expect(pairs.map(\.subject.description) == ["sub-2"])
      #expect(
        errors == [
          .noReference(prediction: folder + "/p/sub-1_dseg.nii", subject: "sub-1", references: folder + "/r"),
          .noPrediction(
            reference: folder + "/r/sub-3_dseg.nii", subject: "sub-3", predictions: folder + "/p"),
        ])
    }
  }

  @Test("two files of one subject on one side are an error that names both")
  func twice() throws {
    try withFiles(["p/a/sub-1_dseg.nii", "p/b/sub-1_dseg.nii", "r/sub-1_dseg.nii"]) { folder in
      let (_, errors) = EvaluationPair.pairs(predictions: folder + "/p", references: folder + "/r")
      #expect(
        errors == [
          .sameSubject(
            first: folder + "/p/a/sub-1_dseg.nii", second: folder + "/p/b/sub-1_dseg.nii", subject: "sub-1")
        ])
    }
  }

  @Test("an empty folder and a pattern without a match are one error each")
  func nothing() throws {
    try withFiles(["p/notes.txt", "r/sub-1_dseg.nii"]) { folder in
      for word in ["/p", "/p/*.nii"] {
        let (pairs, errors) = EvaluationPair.pairs(predictions: folder + word, references: folder + "/r")
        #expect(pairs.isEmpty)
        #expect(errors == [.nothingFound(word: folder + word)])
      }
    }
  }

  @Test(
    "two plain files are a pair whatever their names, unless both name different subjects",
    arguments: [
      ("anna.nii", "truth.nii", "anna"), ("mine.nii", "sub-1_dseg.nii", "sub-1"),
      ("sub-1_desc-x_dseg.nii", "sub-1_dseg.nii", "sub-1"), ("sub-1_dseg.nii", "sub-2_dseg.nii", nil),
    ] as [(String, String, String?)])
  func files(prediction: String, reference: String, subject: String?) {
    let (pairs, errors) = EvaluationPair.pairs(predictions: prediction, references: reference)
    #expect(pairs.first?.subject.description == subject)
    #expect(errors.count == (subject == nil ? 2 : 0))
  }

  @Test("pairs of a table whose files have one name need a column of subjects")
  func tables() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pairs-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let table = folder + "/pairs.tsv"
    try Data("prediction\treference\ns0/T1_dseg.nii\ta.nii\ns1/T1_dseg.nii\tb.nii\n".utf8)
      .write(to: URL(filePath: table))
    #expect(throws: PathTable.Failure.repeated(path: table, line: 3, first: 2, subject: "T1")) {
      try EvaluationPair.pairs(table: table)
    }
    try Data(
      "subject\tprediction\treference\nsub-0\ts0/T1_dseg.nii\ta.nii\nsub-1\ts1/T1_dseg.nii\tb.nii\n".utf8
    ).write(to: URL(filePath: table))
    #expect(try EvaluationPair.pairs(table: table).map(\.subject.description) == ["sub-0", "sub-1"])
  }
}
