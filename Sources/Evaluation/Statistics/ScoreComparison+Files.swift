import Files
import Foundation
import Imaging
import Statistics

extension ScoreComparison {
  /// A summary for the terminal: Dice of both sets and its difference. The files hold all other measures.
  public var text: String {
    let dice = labels.map { comparison(of: $0, .dice) }
    var table = TextTable()
    table.add("Dice", labels.map(\.name))
    table.add(firstName, dice.map { TextTable.number($0.firstMean) })
    table.add(secondName, dice.map { TextTable.number($0.secondMean) })
    table.add("difference", dice.map { TextTable.number($0.difference, sign: true) })
    let share = first.settings.resampling.confidence * 100
    table.add(
      String(format: "%g %% interval", share),
      dice.map { comparison in
        guard let interval = comparison.interval else { return "n/a" }
        let ends = [interval.low, interval.high].map { TextTable.number($0, sign: true) }
        return "\(ends[0]) … \(ends[1])"
      })
    table.add("p", dice.map { TextTable.number($0.probability) })
    table.add("effect size", dice.map { TextTable.number($0.effectSize, digits: 2, sign: true) })
    table.add("subjects", dice.map { "\($0.count)" })
    return table.text
  }

  /// The comparison as tab-separated text, with one row per label and measure. `difference` is the mean of `second` −
  /// `first`, `p` that of the paired permutation test, `effect_size` Cohen's d of paired values (`PairedComparison`).
  public var tsv: String {
    let header = [
      "label", "measure", "n", "first", "second", "difference", "ci_low", "ci_high", "p", "effect_size",
    ]
    let body = labels.flatMap { label in
      measures.map { measure in
        let result = comparison(of: label, measure)
        let cells = [
          result.firstMean, result.secondMean, result.difference, result.interval?.low, result.interval?.high,
          result.probability, result.effectSize,
        ]
        return [label.name, measure.rawValue, "\(result.count)"] + cells.map(ResultFiles.cell)
      }
    }
    return TSV.text([header] + body)
  }

  /// Returns the comparison as JSON: `comparison` → label → measure; `first` and `second` with `name` and `subjects` →
  /// subject → label → measure; `settings`.
  /// - Throws: `EvaluationError.notEncoded`.
  public func json() throws(EvaluationError) -> Data {
    let measures = measures
    let results = Dictionary(
      uniqueKeysWithValues: labels.map { label in
        let values = measures.map { ($0.rawValue, Result(comparison(of: label, $0))) }
        return (label.name, Dictionary(uniqueKeysWithValues: values))
      })
    return try ResultFiles.json(
      Document(
        first: Side(name: firstName, subjects: first.valuesBySubject),
        second: Side(name: secondName, subjects: second.valuesBySubject), comparison: results,
        settings: first.settings))
  }

  /// Writes the TSV to `path`, and the JSON to the same path with the extension `.json`.
  /// - Returns: the path of the JSON file.
  /// - Throws: `EvaluationError.jsonOverTSV`, `.notEncoded`; `WriteError` if a file cannot be written.
  @discardableResult
  public func write(to path: String) throws -> String {
    try ResultFiles.write(tsv: tsv, json: json(), to: path)
  }

  private struct Document: Encodable {
    var first, second: Side
    var comparison: [String: [String: Result]]
    var settings: ScoreSettings
  }

  private struct Side: Encodable {
    var name: String
    var subjects: [String: [String: [String: Double?]]]
  }

  private struct Result: Encodable {
    var n: Int
    var first, second, difference, ciLow, ciHigh, p, effectSize: Double?

    init(_ comparison: PairedComparison) {
      n = comparison.count
      (first, second, difference) = (comparison.firstMean, comparison.secondMean, comparison.difference)
      (ciLow, ciHigh) = (comparison.interval?.low, comparison.interval?.high)
      (p, effectSize) = (comparison.probability, comparison.effectSize)
    }

    enum CodingKeys: String, CodingKey {
      case n, first, second, difference, p
      case ciLow = "ci_low"
      case ciHigh = "ci_high"
      case effectSize = "effect_size"
    }
  }
}
