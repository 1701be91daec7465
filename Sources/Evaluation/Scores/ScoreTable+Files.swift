import Files
import Foundation
import Imaging

extension ScoreTable {
  /// The table as tab-separated text: one row per subject and label, then rows whose subject is `n`, `mean`, `sd`,
  /// `median`, `ci_low` and `ci_high`, that is, the number of subjects with a value and their statistics. The last two
  /// are the bounds of the bootstrap confidence interval of the mean.
  ///
  /// The columns are `subject`, `label` (`GM`, `WM`, `CSF`) and `measures`. A missing value is `n/a`, as in BIDS.
  public var tsv: String {
    let (measures, summary) = (measures, summary())
    let header = ["subject", "label"] + measures.map(\.rawValue)
    let body = rows.map { row in
      [row.subject, row.label.name] + measures.map { ResultFiles.cell($0.value(of: row.scores)) }
    }
    let statistics: [(name: String, value: (ScoreStatistics) -> Double?)] = [
      ("mean", \.mean), ("sd", \.standardDeviation), ("median", \.median), ("ci_low", \.interval?.low),
      ("ci_high", \.interval?.high),
    ]
    let numbers = labels.map { label in
      ["n", label.name] + measures.map { "\(summary[label]?[$0]?.count ?? 0)" }
    }
    let below = statistics.flatMap { name, value in
      labels.map { label in
        [name, label.name] + measures.map { ResultFiles.cell(summary[label]?[$0].flatMap(value)) }
      }
    }
    return TSV.text([header] + body + numbers + below)
  }

  /// Returns the table as JSON: `subjects` → subject → label → measure; `summary` → label → measure → `n`, `mean`,
  /// `sd`, `median`, `ci_low`, `ci_high`; `volumes` → label → `n`, `bias_ml` and so on (`VolumeAgreement`); `settings`.
  /// A missing value of a subject is `null`; a missing value of a summary is left out.
  /// - Throws: `EvaluationError.notEncoded`, which a table of finite scores cannot cause.
  public func json() throws(EvaluationError) -> Data {
    try ResultFiles.json(
      Document(
        subjects: valuesBySubject, summary: Self.named(summary().mapValues { $0.mapValues(Summary.init) }),
        volumes: Dictionary(
          uniqueKeysWithValues: labels.map { ($0.name, Volumes(volumeAgreement(of: $0))) }),
        settings: settings))
  }

  /// Writes the TSV to `path`, and the JSON to the same path with the extension `.json`. Each file is written
  /// completely or not at all.
  /// - Returns: the path of the JSON file.
  /// - Throws: `EvaluationError.jsonOverTSV`, `.notEncoded`; `WriteError` if a file cannot be written.
  @discardableResult
  public func write(to path: String) throws -> String {
    try ResultFiles.write(tsv: tsv, json: json(), to: path)
  }

  /// Returns the path to which `write(to:)` writes the JSON: `scores.json` for `scores.tsv`.
  public static func jsonPath(beside path: String) -> String { ResultFiles.jsonPath(beside: path) }

  /// The values by subject, label and measure.
  var valuesBySubject: [String: [String: [String: Double?]]] {
    let measures = measures
    return rows.reduce(into: [:]) { result, row in
      result[row.subject, default: [:]][row.label.name] = Dictionary(
        uniqueKeysWithValues: measures.map { ($0.rawValue, $0.value(of: row.scores).finite) })
    }
  }

  /// Replaces labels and measures with the names used in files.
  static func named<Value>(_ values: [ScoredLabel: [ScoreMeasure: Value]]) -> [String: [String: Value]] {
    Dictionary(
      uniqueKeysWithValues: values.map { label, values in
        (label.name, Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $1) }))
      })
  }

  private struct Document: Encodable {
    var subjects: [String: [String: [String: Double?]]]
    var summary: [String: [String: Summary]]
    var volumes: [String: Volumes]
    var settings: ScoreSettings
  }

  private struct Summary: Encodable {
    var n: Int
    var mean, sd, median, ciLow, ciHigh: Double?

    init(_ statistics: ScoreStatistics) {
      n = statistics.count
      (mean, sd) = (statistics.mean.finite, statistics.standardDeviation.finite)
      median = statistics.median.finite
      (ciLow, ciHigh) = (statistics.interval?.low, statistics.interval?.high)
    }

    enum CodingKeys: String, CodingKey {
      case n, mean, sd, median
      case ciLow = "ci_low"
      case ciHigh = "ci_high"
    }
  }

  private struct Volumes: Encodable {
    var n: Int
    var bias, sd, lower, upper, correlation, concordance: Double?

    init(_ agreement: VolumeAgreement) {
      n = agreement.count
      (bias, sd) = (agreement.bias, agreement.standardDeviation)
      (lower, upper) = (agreement.limits?.low, agreement.limits?.high)
      (correlation, concordance) = (agreement.correlation, agreement.concordance)
    }

    enum CodingKeys: String, CodingKey {
      case n, correlation, concordance
      case bias = "bias_ml"
      case sd = "sd_ml"
      case lower = "lower_limit_ml"
      case upper = "upper_limit_ml"
    }
  }
}
