import Files
import Foundation

/// All results of an association, with its settings.
public struct AssociationReport: Hashable, Codable, Sendable {
  /// The settings.
  public let settings: Association.Settings
  /// Names of the covariates.
  public let covariates: [String]
  /// One result per target and feature set.
  public let results: [AssociationResult]

  /// Creates a report and computes the false discovery rates of the features' first scores over all targets.
  package init(settings: Association.Settings, covariates: [String], results: [AssociationResult]) {
    var results = results
    let tested = results.indices.filter {
      results[$0].features == Self.main && results[$0].scores.first?.probability != nil
    }
    let rates = PermutationTest.falseDiscoveryRates(
      tested.compactMap { results[$0].scores.first?.probability })
    for (index, rate) in zip(tested, rates) { results[index].falseDiscoveryRate = rate }
    self.settings = settings
    self.covariates = covariates
    self.results = results
  }

  /// Name of the feature set that is evaluated; all others are for comparison.
  package static let main = "features"

  /// The columns of `tsv`, which has one row per target, feature set and measure.
  public static let columns = [
    "target", "kind", "features", "model", "subjects", "measure", "value", "low", "high", "p", "q",
    "null_mean", "distinct_permutations",
  ]

  /// The scores as tab-separated text; missing values are `n/a`.
  public var tsv: String {
    let rows = results.flatMap { result in
      result.scores.enumerated().map { place, score in
        [
          result.target, result.kind.rawValue, result.features, result.model, "\(result.subjects)",
          score.measure.rawValue, cell(score.value), cell(score.interval?.low), cell(score.interval?.high),
          cell(score.probability), cell(place == 0 ? result.falseDiscoveryRate : nil), cell(score.nullMean),
          TableCell.text(result.distinctPermutations, "%.10g"),
        ]
      }
    }
    return TSV.text([Self.columns] + rows)
  }

  /// The patterns of the features (`AssociationPattern`) as tab-separated text, one row per target, which `grisea
  /// reconstruct` reads as changes.
  public var patternsTSV: String { featureTable { ($0.pattern?.columns, $0.pattern?.values) } }

  /// The slopes of the prediction (`AssociationSlopes`) as tab-separated text, one row per target, which `grisea
  /// reconstruct --saliency` projects back to the voxels.
  public var slopesTSV: String { featureTable { ($0.slopes?.columns, $0.slopes?.values) } }

  private func featureTable(_ part: (AssociationResult) -> (columns: [String]?, values: [Double]?)) -> String
  {
    let own = results.filter { $0.features == Self.main }
    let head = ["target"] + (own.first.flatMap { part($0).columns } ?? [])
    let rows = own.map { result in
      [result.target] + (part(result).values ?? []).map { String(format: "%.6g", $0) }
    }
    return TSV.text([head] + rows)
  }

  private func cell(_ value: Double?) -> String { TableCell.text(value, "%.6f") }

  /// A summary for the terminal: one line per target and feature set, with warnings.
  public var text: String {
    var lines: [String] = []
    for (target, own) in grouped {
      let classes = own[0].classes
      let question = classes.isEmpty ? target : "\(target) (\(classes[1]) against \(classes[0]))"
      lines.append("\(question), \(own[0].subjects) scans")
      for result in own { lines.append("  " + line(result)) }
      if let count = own[0].distinctPermutations { lines.append("  " + permutationLine(count)) }
      let shown = own[0].left > 0 ? ["\(own[0].left) scans left out because of missing values"] : []
      lines += (shown + own[0].warnings).map { "  warning: \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// The results of each target, in the order of the targets; the features come first.
  package var grouped: [(String, [AssociationResult])] {
    var order: [String] = []
    for result in results where !order.contains(result.target) { order.append(result.target) }
    return order.map { target in (target, results.filter { $0.target == target }) }
  }

  /// Returns the line about permutations.
  /// - Parameter distinct: the number of different permutations.
  private func permutationLine(_ distinct: Double) -> String {
    let count =
      distinct < 1e6
      ? "\(Int(distinct))"
      : distinct < PermutationTest.most ? String(format: "%.1e", distinct) : "more than 1e300"
    return "\(settings.permutations) permutations, of \(count) possible ones"
  }

  private func line(_ result: AssociationResult) -> String {
    let scores = result.scores.map { score in
      let value = TableCell.text(score.value, "%.3f")
      let interval = score.interval.map { String(format: " [%.3f, %.3f]", $0.low, $0.high) } ?? ""
      let p = score.probability.map { String(format: " p %.4f", $0) } ?? ""
      return "\(score.measure.rawValue) \(value)\(interval)\(p)"
    }
    let rate = result.falseDiscoveryRate.map { String(format: ", q %.4f", $0) } ?? ""
    let name = "\(result.features) (\(result.model))".padding(
      toLength: max(22, result.features.count + 10), withPad: " ", startingAt: 0)
    return name + scores.joined(separator: ", ") + rate
  }

  /// Returns the path of the patterns: `scores_patterns.tsv` for `scores.tsv`.
  public static func patternsPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + "_patterns.tsv"
  }

  /// Returns the path of the slopes: `scores_slopes.tsv` for `scores.tsv`.
  public static func slopesPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + "_slopes.tsv"
  }

  /// Returns the path of the JSON file: `scores.json` for `scores.tsv`.
  public static func jsonPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + ".json"
  }

  /// Writes the table, a JSON file with every prediction and, if there are any, patterns and slopes. Each file is
  /// written completely or not at all.
  /// - Returns: the paths of the files.
  /// - Throws: `AssociationError.unwritable`.
  public func write(to path: String) throws -> [String] {
    var files = [(path, tsv), (Self.jsonPath(beside: path), try JSONText.readable(self))]
    if results.contains(where: { $0.pattern != nil }) {
      files.append((Self.patternsPath(beside: path), patternsTSV))
      files.append((Self.slopesPath(beside: path), slopesTSV))
    }
    for (path, text) in files {
      do throws(WriteError) { try AtomicFile.write(text, to: path) } catch {
        throw AssociationError.unwritable(path: path, reason: error.reason)
      }
    }
    return files.map(\.0)
  }
}
