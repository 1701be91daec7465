/// Values that a measure may have in a sound segmentation.
public struct PlausibleRange: Hashable, Sendable {
  /// Between these a value casts no doubt.
  public let low, high: Double
  /// At these, and beyond them, it is not believed at all.
  public let lowest, highest: Double

  /// `nil` where a side has no bound.
  init(lowest: Double? = nil, low: Double? = nil, high: Double? = nil, highest: Double? = nil) {
    self.low = low ?? -.infinity
    self.lowest = lowest ?? -.infinity
    self.high = high ?? .infinity
    self.highest = highest ?? .infinity
  }

  /// 1 inside, falling in a straight line to 0 on either side.
  public func plausibility(of value: Double) -> Double {
    if value < low { return max(0, (value - lowest) / (low - lowest)) }
    if value > high { return max(0, (highest - value) / (highest - high)) }
    return value.isNaN ? 0 : 1
  }
}
