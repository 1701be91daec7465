/// Mean and spread of a measure over subjects.
public struct ScoreStatistics: Hashable, Codable, Sendable {
  /// Number of subjects that have a value.
  public var count: Int
  /// `nil` without any value.
  public var mean: Double?
  /// Sample standard deviation, over n − 1; `nil` with fewer than two values.
  public var standardDeviation: Double?

  public init(_ values: [Double]) {
    count = values.count
    guard count > 0 else { return }
    let mean = values.reduce(0, +) / Double(count)
    self.mean = mean
    guard count > 1 else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = (squares / Double(count - 1)).squareRoot()
  }
}
