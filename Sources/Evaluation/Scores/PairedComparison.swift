import Statistics

/// One measure of two methods on the same subjects.
public struct PairedComparison: Hashable, Codable, Sendable {
  /// Number of subjects with a value of both.
  public var count: Int
  /// `nil` without subjects, as all that follows.
  public var firstMean, secondMean: Double?
  /// Mean of second − first.
  public var difference: Double?
  /// Of the difference, by the bootstrap over subjects; `nil` with fewer than two.
  public var interval: ConfidenceInterval?
  /// Of such a difference if both methods were alike: `Resampling.permutationProbability`. Not corrected for how
  /// many measures and tissues are looked at.
  public var probability: Double?
  /// Cohen's d of paired values, mean over standard deviation of the differences (d_z: Cohen 1988; Lakens 2013, doi
  /// 10.3389/fpsyg.2013.00863). `nil` with fewer than two subjects, and where all differences are equal.
  public var effectSize: Double?

  /// - Parameter pairs: the values of one subject each.
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
