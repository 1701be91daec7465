import Evaluation
import Foundation
import Imaging
import TestSupport
import Testing

@Suite("ProbabilityMaps")
struct ProbabilityMapsTests {
  private static let grid = Grid(shape: [4, 1, 1], affine: .identity)

  /// Runs `body` in a new folder that holds volumes of the given names.
  private func withMaps(_ maps: [String: [Float]], _ body: (String) throws -> Void) throws {
    let folder = try Workplace()
    defer { folder.remove() }
    for (name, voxels) in maps { try Volume(grid: Self.grid, voxels: voxels).write(to: folder(name)) }
    try body(folder.path)
  }

  private func scores(_ word: String, _ subject: String) throws -> (ScoreTable, failures: [String]) {
    var evaluator = Evaluator()
    evaluator.probabilities = try ProbabilityMaps(word)
    let pair = EvaluationPair(
      subject: ScanName(path: subject).subject, prediction: "p/\(subject)_dseg.nii", reference: "r.nii")
    var failures: [String] = []
    let labels: [UInt16] = [1, 1, 2, 0]
    let table = evaluator.scores(
      of: [pair], read: { _ in LabelMap(grid: Self.grid, labels: labels) },
      failed: { failures.append("\($0)") })
    return (table, failures)
  }

  @Test("maps of a folder are found by subject and tissue; a tissue without one has no scores of it")
  func folder() throws {
    let maps: [String: [Float]] = [
      "sub-1_label-GM_probseg.nii.gz": [1, 0.5, 0, 0], "sub-1_label-BG_probseg.nii.gz": [0, 0, 0, 1],
      "sub-2_label-GM_probseg.nii.gz": [0, 0, 0, 0], "sub-1_label-GM_mask.nii.gz": [1, 1, 0, 0],
    ]
    try withMaps(maps) { folder in
      for word in [folder, folder + "/*_probseg.nii.gz"] {
        let (table, failures) = try scores(word, "sub-1")
        #expect(failures.isEmpty)
        // 2 · 1.5 / (1.5 + 2), and (0.5)² over four voxels.
        #expect(abs(try #require(table.rows[0].scores.probability?.softDice) - 6 / 7.0) < 1e-12)
        #expect(table.rows[0].scores.probability?.brier == 0.0625)
        #expect(table.rows[1].label == .whiteMatter && table.rows[1].scores.probability == nil)
        let missing = "p/sub-3_dseg.nii: against r.nii: found no probability map of sub-3 in \(word)"
        #expect(try scores(word, "sub-3").failures == [missing])
      }
    }
  }

  @Test(
    "what is no probability, a name without a tissue, an empty folder and two maps of one tissue are errors by name"
  )
  func errors() throws {
    try withMaps(["sub-1_label-GM_probseg.nii": [0, 1, 255, 0], "sub-1_probseg.nii": [0, 1, 1, 0]]) {
      folder in
      let path = folder + "/sub-1_label-GM_probseg.nii"
      let failures = try scores(folder, "sub-1").failures
      #expect(
        failures.count == 1 && failures[0].contains("\(path): found the value 255.0, needed probabilities"))
      #expect(throws: EvaluationError.noTissue(path: folder + "/sub-1_probseg.nii")) {
        try ProbabilityMaps(folder + "/sub-1_probseg.nii")
      }
      #expect(throws: EvaluationError.nothingFound(word: folder + "/x*")) {
        try ProbabilityMaps(folder + "/x*")
      }
    }
    let names = ["sub-1_label-GM_probseg.nii", "sub-1_desc-b_label-GM_probseg.nii"]
    try withMaps(Dictionary(uniqueKeysWithValues: names.map { ($0, [0, 0, 0, 0]) })) { folder in
      #expect(throws: EvaluationError.self) { try ProbabilityMaps(folder) }
    }
  }
}
