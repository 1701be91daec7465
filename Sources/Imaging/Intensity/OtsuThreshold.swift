import Numerics

/// The intensity that best separates an image into two classes: Otsu 1979, doi 10.1109/TSMC.1979.4310076.
///
/// In a scan of a head it separates head and air. The histogram has 200 bins from the smallest to the largest value.
public struct OtsuThreshold: Sendable {
  /// The threshold. Values above it belong to the brighter class.
  public let value: Float

  private static let bins = 200

  /// Computes the threshold. Returns `nil` if all values are equal.
  public init?(of values: [Float]) {
    let (low, high) = Self.extremes(values)
    guard high > low else { return nil }
    let counts = Self.histogram(values, from: low, binWidth: (high - low) / Float(Self.bins))
    let total = counts.reduce(0, +)
    let all = counts.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
    var (below, belowSum) = (0, 0.0)
    var best = (bin: 0, spread: -1.0)
    for bin in 0..<Self.bins - 1 {
      below += counts[bin]
      belowSum += Double(bin) * Double(counts[bin])
      guard below > 0, below < total else { continue }
      // The variance between the classes: the product of their shares and the squared distance of their means.
      let distance = belowSum / Double(below) - (all - belowSum) / Double(total - below)
      let spread = Double(below) * Double(total - below) * distance * distance
      if spread > best.spread { best = (bin, spread) }
    }
    value = low + (high - low) * Float(best.bin + 1) / Float(Self.bins)
  }

  private static func extremes(_ values: [Float]) -> (Float, Float) {
    values.withUnsafeBufferPointer { values in
      let parts = ParallelLoop.map(over: values.count) { range -> SIMD2<Float> in
        var (low, high) = (Float.infinity, -Float.infinity)
        for index in range {
          low = values[index] < low ? values[index] : low
          high = values[index] > high ? values[index] : high
        }
        return SIMD2(low, high)
      }
      return parts.reduce((.infinity, -.infinity)) { (min($0.0, $1.x), max($0.1, $1.y)) }
    }
  }

  private static func histogram(_ values: [Float], from low: Float, binWidth: Float) -> [Int] {
    let parts = values.withUnsafeBufferPointer { values in
      ParallelLoop.map(over: values.count) { range in
        var counts = [Int](repeating: 0, count: bins)
        counts.withUnsafeMutableBufferPointer { counts in
          for index in range { counts[min(Int((values[index] - low) / binWidth), bins - 1)] += 1 }
        }
        return counts
      }
    }
    var sum = [Int](repeating: 0, count: bins)
    for part in parts { for bin in sum.indices { sum[bin] += part[bin] } }
    return sum
  }
}
