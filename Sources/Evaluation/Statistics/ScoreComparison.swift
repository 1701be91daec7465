import Foundation
import Imaging
import Statistics

/// A paired comparison of two sets of predictions of the same subjects, in every measure.
public struct ScoreComparison: Sendable {
  /// Names of the sets in the outputs, such as the paths that the user typed.
  public let firstName, secondName: String
  /// The scores of both sets.
  public let first, second: ScoreTable

  /// Compares the subjects that both tables have. The statistics use the settings of the first table.
  public init(_ first: ScoreTable, named firstName: String, _ second: ScoreTable, named secondName: String) {
    self.first = first
    self.firstName = firstName
    self.second = second
    self.secondName = secondName
  }

  /// The labels of either table, in the order of their values.
  public var labels: [ScoredLabel] {
    Set(first.labels + second.labels).sorted { $0.value < $1.value }
  }

  /// The measures that both tables have and in which predictions can differ.
  public var measures: [ScoreMeasure] {
    let both = Set(first.measures).intersection(second.measures)
    return ScoreMeasure.allCases.filter { both.contains($0) && !$0.isOfReference }
  }

  /// The subjects that both tables have, in the order of the first.
  public var subjects: [String] {
    let others = Set(second.subjects)
    return first.subjects.filter(others.contains)
  }

  /// Compares one measure of one label, over the subjects with a value in both tables.
  public func comparison(of label: ScoredLabel, _ measure: ScoreMeasure) -> PairedComparison {
    let other = values(second, label, measure)
    let pairs = first.rows.compactMap { row -> (first: Double, second: Double)? in
      guard row.label == label, let mine = measure.value(of: row.scores), let theirs = other[row.subject]
      else { return nil }
      return (mine, theirs)
    }
    return PairedComparison(pairs, resampling: first.settings.resampling)
  }

  /// The usual significance level.
  private static let usualLevel = 0.05

  /// Warnings that no p value can be below the usual level, because there are too few subjects or resamples.
  public var warnings: [String] {
    let resampling = first.settings.resampling
    let count = labels.map { comparison(of: $0, .dice).count }.min() ?? 0
    let least = resampling.leastPermutationProbability(of: count)
    guard count > 0, least > Self.usualLevel else { return [] }
    let bound = String(format: "%.4g", least)
    guard count <= Resampling.greatestExactCount else {
      return ["with \(resampling.count) resamples no p value can be below \(bound); use a larger --resamples"]
    }
    let needed = (1...Resampling.greatestExactCount).first {
      resampling.leastPermutationProbability(of: $0) <= Self.usualLevel
    }
    return [
      "with \(count) \(count == 1 ? "subject" : "subjects") no p value can be below \(bound)"
        + (needed.map { "; for a p of \(Self.usualLevel) there must be at least \($0)" } ?? "")
    ]
  }

  private func values(_ table: ScoreTable, _ label: ScoredLabel, _ measure: ScoreMeasure) -> [String: Double]
  {
    table.rows.reduce(into: [:]) { values, row in
      if row.label == label { values[row.subject] = measure.value(of: row.scores) }
    }
  }
}

/// A paired comparison of one measure of two methods on the same subjects.
public struct PairedComparison: Hashable, Codable, Sendable {
  /// Number of subjects with a value of both methods.
  public var count: Int
  /// Means of both methods; `nil` without subjects.
  public var firstMean, secondMean: Double?
  /// Mean of second − first; `nil` without subjects.
  public var difference: Double?
  /// Bootstrap confidence interval of the difference, over subjects; `nil` with fewer than two subjects.
  public var interval: ConfidenceInterval?
  /// p value of the paired permutation test (`Resampling.permutationProbability`); `nil` without subjects. It is not
  /// corrected for multiple measures and labels.
  public var probability: Double?
  /// Cohen's d of paired values, that is, mean over standard deviation of the differences (d_z: Cohen 1988; Lakens
  /// 2013, doi 10.3389/fpsyg.2013.00863). `nil` with fewer than two subjects, or if all differences are equal.
  public var effectSize: Double?

  /// Compares paired values.
  /// - Parameter pairs: the values of both methods, one pair per subject.
  public init(_ pairs: [(first: Double, second: Double)], resampling: Resampling) {
    let differences = pairs.map { $0.second - $0.first }
    let statistics = ScoreStatistics(differences, resampling: resampling)
    count = pairs.count
    firstMean = ScoreStatistics(pairs.map(\.first)).mean
    secondMean = ScoreStatistics(pairs.map(\.second)).mean
    difference = statistics.mean
    interval = statistics.interval
    probability = resampling.permutationProbability(of: differences)
    guard let mean = statistics.mean, let deviation = statistics.standardDeviation, deviation > 0 else {
      return
    }
    effectSize = mean / deviation
  }
}
