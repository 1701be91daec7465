import Foundation
import Imaging

extension ScoreTable {
  /// Tab-separated text: a row per subject and tissue, then rows whose subject is `mean` and `sd`.
  ///
  /// Columns are `subject`, `label` (`GM`, `WM`, `CSF`) and those of `ScoreMeasure`; a missing value is `n/a`,
  /// as in BIDS.
  public var tsv: String {
    let header = ["subject", "label"] + ScoreMeasure.allCases.map(\.rawValue)
    let body = rows.map { row in
      [row.subject, row.tissue.name] + ScoreMeasure.allCases.map { Self.cell($0.value(of: row.scores)) }
    }
    let means = summaryRows("mean", \.mean)
    let deviations = summaryRows("sd", \.standardDeviation)
    return ([header] + body + means + deviations).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// The same as JSON: `subjects` → subject → label → measure, and `summary` → label → measure →
  /// `n`, `mean`, `sd`. A missing value is `null`.
  /// - Throws: `EvaluationError.notEncoded`, which no table of finite scores can cause.
  public func json() throws(EvaluationError) -> Data {
    let subjects = rows.reduce(into: [String: [String: [String: Double?]]]()) { result, row in
      result[row.subject, default: [:]][row.tissue.name] = Self.byMeasure { $0.value(of: row.scores) }
    }
    let summary = Dictionary(
      uniqueKeysWithValues: tissues.map { tissue in
        (tissue.name, Self.byMeasure { Summary(statistics(of: tissue, $0)) })
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      return try encoder.encode(Document(subjects: subjects, summary: summary)) + Data("\n".utf8)
    } catch {
      throw .notEncoded(reason: "\(error)")
    }
  }

  /// Writes the TSV to `path` and the JSON beside it, `.json` in place of `path`'s extension.
  ///
  /// Each file appears whole or not at all.
  /// - Returns: the path of the JSON.
  /// - Throws: `EvaluationError.noFolder`, `.notWritten`.
  @discardableResult
  public func write(to path: String) throws(EvaluationError) -> String {
    let jsonPath = ScoreTable.jsonPath(beside: path)
    guard jsonPath != path else { throw .jsonOverTSV(path) }
    try WholeFile.write(Data(tsv.utf8), to: path)
    try WholeFile.write(json(), to: jsonPath)
    return jsonPath
  }

  /// Where `write(to:)` puts the JSON: `scores.json` for `scores.tsv`.
  public static func jsonPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + ".json"
  }

  private struct Document: Encodable {
    var subjects: [String: [String: [String: Double?]]]
    var summary: [String: [String: Summary]]
  }

  private struct Summary: Encodable {
    var n: Int
    var mean, sd: Double?

    init(_ statistics: ScoreStatistics) {
      n = statistics.count
      mean = statistics.mean
      sd = statistics.standardDeviation
    }
  }

  private static func byMeasure<Value>(_ value: (ScoreMeasure) -> Value) -> [String: Value] {
    Dictionary(uniqueKeysWithValues: ScoreMeasure.allCases.map { ($0.rawValue, value($0)) })
  }

  private func summaryRows(_ name: String, _ value: (ScoreStatistics) -> Double?) -> [[String]] {
    tissues.map { tissue in
      [name, tissue.name] + ScoreMeasure.allCases.map { Self.cell(value(statistics(of: tissue, $0))) }
    }
  }

  /// Six digits after the point: a millionth of Dice, a tenth of a voxel of 1 mm in ml and less.
  private static func cell(_ value: Double?) -> String {
    value.map { String(format: "%.6f", $0) } ?? "n/a"
  }
}
