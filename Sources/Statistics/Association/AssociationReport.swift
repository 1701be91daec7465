import Files
import Foundation

/// Everything that an association found, and what decided it.
public struct AssociationReport: Hashable, Codable, Sendable {
  public let settings: Association.Settings
  public let covariates: [String]
  public let results: [AssociationResult]

  /// Corrects the features' first scores for the number of targets.
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

  /// What the features to be judged are called; all else stands beside them.
  package static let main = "features"

  /// One row for each target, set of features and measure.
  public static let columns = [
    "target", "kind", "features", "model", "subjects", "measure", "value", "low", "high", "p", "q",
    "null_mean", "distinct_permutations",
  ]

  /// With `n/a` where there is no value.
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
    return ([Self.columns] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// How the features go with the prediction of each target, one row for each: what `grisea reconstruct` takes as
  /// changes.
  public var patternsTSV: String { featureTable { ($0.pattern?.columns, $0.pattern?.values) } }

  /// How the prediction of each target rises with each feature, one row for each target: what `grisea reconstruct
  /// --saliency` carries back to the voxels.
  public var slopesTSV: String { featureTable { ($0.slopes?.columns, $0.slopes?.values) } }

  private func featureTable(_ part: (AssociationResult) -> (columns: [String]?, values: [Double]?)) -> String
  {
    let own = results.filter { $0.features == Self.main }
    let head = ["target"] + (own.first.flatMap { part($0).columns } ?? [])
    let rows = own.map { result in
      [result.target] + (part(result).values ?? []).map { String(format: "%.6g", $0) }
    }
    return ([head] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  private func cell(_ value: Double?) -> String { TableCell.text(value, "%.6f") }

  /// For a person: a line for each target and set of features, and what to beware of.
  public var text: String {
    var lines: [String] = []
    for (target, own) in grouped {
      let classes = own[0].classes
      let question = classes.isEmpty ? target : "\(target) (\(classes[1]) against \(classes[0]))"
      lines.append("\(question), \(own[0].subjects) scans")
      for result in own { lines.append("  " + line(result)) }
      if let count = own[0].distinctPermutations { lines.append("  " + permutationLine(count)) }
      let shown = own[0].left > 0 ? ["\(own[0].left) scans left out: something about them is not known"] : []
      lines += (shown + own[0].warnings).map { "  warning: \($0)" }
    }
    return lines.joined(separator: "\n")
  }

  /// The results of each target, in the order of the targets; its features first.
  package var grouped: [(String, [AssociationResult])] {
    var order: [String] = []
    for result in results where !order.contains(result.target) { order.append(result.target) }
    return order.map { target in (target, results.filter { $0.target == target }) }
  }

  /// - Parameter distinct: how many different permutations there are.
  private func permutationLine(_ distinct: Double) -> String {
    let count =
      distinct < 1e6
      ? "\(Int(distinct))"
      : distinct < PermutationTest.most ? String(format: "%.1e", distinct) : "more than 1e300"
    return "\(settings.permutations) permutations, of \(count) different ones that there are"
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

  /// Where the patterns go: `scores_patterns.tsv` beside `scores.tsv`.
  public static func patternsPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + "_patterns.tsv"
  }

  /// Where the slopes go: `scores_slopes.tsv` beside `scores.tsv`.
  public static func slopesPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + "_slopes.tsv"
  }

  public static func jsonPath(beside path: String) -> String {
    (path as NSString).deletingPathExtension + ".json"
  }

  /// Writes the table, and beside it the JSON with every prediction, and patterns and slopes where there are any; each
  /// whole or not at all.
  /// - Returns: the paths.
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
