import Foundation

/// One axis of a plot: values to positions, and the round numbers that are written at it.
struct PlotAxis {
  let low, high: Double
  /// Where the ends lie, in units of the picture.
  let start, end: Double

  /// An axis that holds all values, with a little room; values that are not finite do not count.
  init(holding values: [Double], start: Double, end: Double) {
    let finite = values.filter(\.isFinite)
    let (least, most) = (finite.min() ?? 0, finite.max() ?? 1)
    let room = most > least ? 0.05 * (most - least) : max(abs(most) * 0.05, 0.5)
    (low, high) = (least - room, most + room)
    (self.start, self.end) = (start, end)
  }

  func callAsFunction(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

  /// Four or so multiples of 1, 2 or 5 times a power of ten.
  var ticks: [Double] {
    let raw = (high - low) / 4
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw } ?? raw
    let first = (low / step).rounded(.up)
    return (0...10).map { (first + Double($0)) * step }.filter { $0 <= high }
  }

  /// As short as the distance of the ticks allows.
  func text(_ tick: Double) -> String {
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : high - low
    let digits = max(0, Int(-log10(step).rounded(.down)))
    return String(format: "%.\(min(digits, 6))f", tick == 0 ? 0 : tick)
  }
}
