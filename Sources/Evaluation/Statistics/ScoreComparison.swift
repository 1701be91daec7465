import Foundation
import Imaging
import Statistics

/// Two sets of predictions of the same subjects: the second against the first, in every measure.
public struct ScoreComparison: Sendable {
  /// What the sets are called in what is written, such as the words that a user typed.
  public let firstName, secondName: String
  public let first, second: ScoreTable

  /// Subjects of both tables are compared; what only one of them has does not count. Statistics are drawn as the
  /// first table's settings say.
  public init(_ first: ScoreTable, named firstName: String, _ second: ScoreTable, named secondName: String) {
    self.first = first
    self.firstName = firstName
    self.second = second
    self.secondName = secondName
  }

  /// In the order of their labels; those that either table has.
  public var tissues: [Tissue] {
    Set(first.tissues + second.tissues).sorted { $0.rawValue < $1.rawValue }
  }

  /// Measures that both tables have and in which they can differ.
  public var measures: [ScoreMeasure] {
    let both = Set(first.measures).intersection(second.measures)
    return ScoreMeasure.allCases.filter { both.contains($0) && !$0.isOfReference }
  }

  /// Subjects of both tables, in the order of the first.
  public var subjects: [String] {
    let others = Set(second.subjects)
    return first.subjects.filter(others.contains)
  }

  /// One measure of one tissue, over subjects with a value in both tables.
  public func comparison(of tissue: Tissue, _ measure: ScoreMeasure) -> PairedComparison {
    let other = values(second, tissue, measure)
    let pairs = first.rows.compactMap { row -> (first: Double, second: Double)? in
      guard row.tissue == tissue, let mine = measure.value(of: row.scores), let theirs = other[row.subject]
      else { return nil }
      return (mine, theirs)
    }
    return PairedComparison(pairs, resampling: first.settings.resampling)
  }

  /// The p below which a difference is usually said to be there.
  private static let usualLevel = 0.05

  /// That no p can be small, with so few subjects or so few resamples.
  public var warnings: [String] {
    let resampling = first.settings.resampling
    let count = tissues.map { comparison(of: $0, .dice).count }.min() ?? 0
    let least = resampling.leastPermutationProbability(of: count)
    guard count > 0, least > Self.usualLevel else { return [] }
    let bound = String(format: "%.4g", least)
    guard count <= Resampling.greatestExactCount else {
      return ["with \(resampling.count) resamples no p can be below \(bound): give a larger --resamples"]
    }
    let needed = (1...Resampling.greatestExactCount).first {
      resampling.leastPermutationProbability(of: $0) <= Self.usualLevel
    }
    return [
      "with \(count) \(count == 1 ? "subject" : "subjects") no p can be below \(bound), however much the sets differ"
        + (needed.map { "; for a p of \(Self.usualLevel) there must be at least \($0)" } ?? "")
    ]
  }

  private func values(_ table: ScoreTable, _ tissue: Tissue, _ measure: ScoreMeasure) -> [String: Double] {
    table.rows.reduce(into: [:]) { values, row in
      if row.tissue == tissue { values[row.subject] = measure.value(of: row.scores) }
    }
  }
}
