import Foundation
import Statistics

/// What the results of one target say, in plain words.
package struct AssociationVerdict {
  private let results: [AssociationResult]
  private var main: AssociationResult { results[0] }

  /// - Parameter results: of one target, the features' first; at least one.
  package init(_ results: [AssociationResult]) { self.results = results }

  /// The false discovery rate up to which a target is said to be predicted.
  private static let level = 0.05

  /// `nil` without permutations.
  package var isBeyondChance: Bool? { main.falseDiscoveryRate.map { $0 <= Self.level } }

  /// `age`, or `sex (m against f)`.
  package var question: String {
    main.classes.count == 2
      ? "\(main.target) (\(main.classes[1]) against \(main.classes[0]))" : main.target
  }

  /// `r 0.47 [0.25, 0.65], p 0.0010, q 0.0040`.
  package var score: String { Self.text(main) }

  private static func text(_ result: AssociationResult) -> String {
    guard let score = result.scores.first, let value = score.value else { return "not defined" }
    var text = String(format: "%@ %.2f", score.measure.rawValue, value)
    if let interval = score.interval { text += String(format: " [%.2f, %.2f]", interval.low, interval.high) }
    if let p = score.probability { text += String(format: ", p %.4f", p) }
    if let q = result.falseDiscoveryRate { text += String(format: ", q %.4f", q) }
    return text
  }

  /// First the verdict, then what does as well, then what to beware of.
  package var sentences: [String] {
    let verdict =
      switch isBeyondChance {
      case true?: "predicted from the features beyond chance"
      case false?: "not predicted from the features beyond chance"
      case nil: "predicted from the features; without permutations nobody knows what chance gives"
      }
    let left = main.left > 0 ? ["\(main.left) scans are left out: something about them is not known"] : []
    return ["\(main.target) is \(verdict): \(score)"] + rivals + left + main.warnings
  }

  /// What predicts as well as the features, or better, shows that they have nothing of their own to show.
  private var rivals: [String] {
    guard let value = main.scores.first?.value else { return [] }
    return results.dropFirst().compactMap { other in
      guard let theirs = other.scores.first?.value, theirs >= value else { return nil }
      return "\(other.features) alone do as well or better: \(Self.text(other))"
    }
  }
}
