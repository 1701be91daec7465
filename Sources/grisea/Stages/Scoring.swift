import ArgumentParser
import Evaluation
import Files
import Foundation
import Imaging

/// Compares segmentations with references, and prints and writes the scores: what `evaluate` does, and `train --folds` at
/// its end.
struct Scoring {
  /// One set of predictions, or two that are compared: files, folders, patterns, or tables of pairs.
  var sets: [String]
  /// The references; `nil` where the sets are tables that name them.
  var reference: String?
  /// Masks to score in.
  var mask: String?
  /// Probability maps of the predictions.
  var probabilities: String?
  /// Names or paths of the label tables.
  var labelTable = LabelTable.bids.name, referenceTable = LabelTable.bids.name
  var settings = ScoreSettings()

  /// Prints the scores, and writes them where there is an output.
  /// - Parameters:
  ///   - output: the table to write.
  ///   - json: whether JSON is printed instead of text.
  /// - Throws: exit code 1, at the end, where a file has no scores.
  func run(output: String?, json: Bool = false) throws {
    if let output { try OutputFolder.make(forFile: output) }
    let (tables, failures) = try tables()
    if tables.count == 2 {
      let comparison = ScoreComparison(tables[0], named: sets[0], tables[1], named: sets[1])
      if !comparison.subjects.isEmpty {
        for warning in comparison.warnings { StandardError.print("warning: \(warning)") }
        print(
          json ? String(decoding: try comparison.json(), as: UTF8.self) : comparison.text + "\n",
          terminator: "")
        if let output { Self.list(output, try comparison.write(to: output), json) }
      }
    } else if let table = tables.first, !table.rows.isEmpty {
      print(json ? String(decoding: try table.json(), as: UTF8.self) : table.text + "\n", terminator: "")
      if let output { Self.list(output, try table.write(to: output), json) }
    }
    if failures > 0 { throw ExitCode.failure }
  }

  /// Prints the paths of what was written, unless JSON alone is printed.
  private static func list(_ output: String, _ companion: String, _ json: Bool) {
    if !json { print("\(output)\n\(companion)") }
  }

  /// Returns the scores of each set, and the number of files without scores, each of which is reported.
  private func tables() throws -> (tables: [ScoreTable], failures: Int) {
    var evaluator = Evaluator(
      predictionTable: try LabelTable(nameOrPath: labelTable),
      referenceTable: try LabelTable(nameOrPath: referenceTable), settings: settings)
    evaluator.probabilities = try probabilities.map { try ProbabilityMaps($0) }
    var failures = 0
    let tables = try sets.map { set in
      let (pairs, unpaired) =
        if let reference {
          EvaluationPair.pairs(predictions: set, references: reference)
        } else {
          (try EvaluationPair.pairs(table: set), [])
        }
      evaluator.masks = try mask.map { try ScanMasks($0, for: pairs.map(\.prediction)) }
      for error in unpaired { Self.report(error, &failures) }
      var doubts: [LabelTableWarning] = []
      let table = evaluator.scores(
        of: pairs, read: { path in try NIfTIImage(contentsOf: path).labelMap() },
        doubted: { doubts.append($0) }, failed: { Self.report($0, &failures) })
      for warning in LabelTableWarning.sentences(
        doubts, of: pairs.count, options: ("--label-table", "--reference-table"))
      {
        StandardError.print("warning: \(warning)")
      }
      return table
    }
    return (tables, failures)
  }

  private static func report(_ error: any Error, _ failures: inout Int) {
    StandardError.print("\(error)")
    failures += 1
  }
}
