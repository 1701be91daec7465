import Foundation
import Statistics

/// The results of one target, summarized in sentences.
package struct AssociationVerdict {
  private let results: [AssociationResult]
  private var main: AssociationResult { results[0] }

  /// Summarizes the results of one target.
  /// - Parameter results: at least one result; the first is that of the features.
  package init(_ results: [AssociationResult]) { self.results = results }

  /// Greatest false discovery rate at which a target counts as predicted.
  private static let level = 0.05

  /// Whether the prediction is better than chance; `nil` without permutations.
  package var isBeyondChance: Bool? { main.falseDiscoveryRate.map { $0 <= Self.level } }

  /// The target as text: `age`, or `sex (m against f)`.
  package var question: String {
    main.classes.count == 2
      ? "\(main.target) (\(main.classes[1]) against \(main.classes[0]))" : main.target
  }

  /// The first score as text: `r 0.47 [0.25, 0.65], p 0.0010, q 0.0040`.
  package var score: String { Self.text(main) }

  private static func text(_ result: AssociationResult) -> String {
    guard let score = result.scores.first, let value = score.value else { return "not defined" }
    var text = String(format: "%@ %.2f", score.measure.rawValue, value)
    if let interval = score.interval { text += String(format: " [%.2f, %.2f]", interval.low, interval.high) }
    if let p = score.probability { text += String(format: ", p %.4f", p) }
    if let q = result.falseDiscoveryRate { text += String(format: ", q %.4f", q) }
    return text
  }

  /// The verdict, then other feature sets with the same or a better score, then warnings.
  package var sentences: [String] {
    let verdict =
      switch isBeyondChance {
      case true?: "predicted from the features beyond chance"
      case false?: "not predicted from the features beyond chance"
      case nil: "predicted from the features; the chance level is unknown without permutations"
      }
    let left = main.left > 0 ? ["\(main.left) scans are left out because of missing values"] : []
    return ["\(main.target) is \(verdict): \(score)"] + rivals + left + main.warnings
  }

  /// Feature sets that predict as well as the features or better, which shows that the features add no information.
  private var rivals: [String] {
    guard let value = main.scores.first?.value else { return [] }
    return results.dropFirst().compactMap { other in
      guard let theirs = other.scores.first?.value, theirs >= value else { return nil }
      return "\(other.features) alone predict as well or better: \(Self.text(other))"
    }
  }
}
