/// Where a value of the whole population lies with some confidence, as far as a sample can tell.
public struct ConfidenceInterval: Hashable, Codable, Sendable {
  public var low, high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}
