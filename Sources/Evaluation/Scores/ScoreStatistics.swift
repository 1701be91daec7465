import Statistics

/// Middle and spread of a measure over subjects.
public struct ScoreStatistics: Hashable, Codable, Sendable {
  /// Number of subjects that have a value.
  public var count: Int
  /// `nil` without any value.
  public var mean, median: Double?
  /// Sample standard deviation, over n − 1; `nil` with fewer than two values.
  public var standardDeviation: Double?
  /// Of the mean, by the bootstrap; `nil` where that was not asked for, and with fewer than two values.
  public var interval: ConfidenceInterval?

  public init(_ values: [Double], resampling: Resampling? = nil) {
    count = values.count
    guard count > 0 else { return }
    let mean = values.reduce(0, +) / Double(count)
    self.mean = mean
    median = Resampling.quantile(0.5, of: values.sorted())
    guard count > 1 else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = (squares / Double(count - 1)).squareRoot()
    interval = resampling?.interval(ofMean: values)
  }
}
