import Foundation

/// Exact percentiles of many values without sorting them.
///
/// Above 0, the bit patterns of IEEE numbers are ordered like the numbers. One histogram of the upper 16 bits
/// finds the bucket of a rank, a second one of the lower 16 bits within that bucket finds the value itself.
/// A histogram over the range of intensities would be as quick, but one bright artefact can push a whole head
/// into a single bin.
struct OrderStatistics {
  private let values: [Float]
  /// How many values above 0 have these upper 16 bits.
  private let buckets: [Int]
  /// Number of values above 0, over which the percentiles are taken.
  let count: Int

  /// Counts the values above 0; all others are left out.
  init(positive values: [Float]) {
    self.values = values
    buckets = Self.histogram(of: values) { $0 > 0 ? Int($0.bitPattern >> 16) : nil }
    count = buckets.reduce(0, +)
  }

  /// The p-th percentile, 0...100, linear between neighbouring ranks (NumPy's default); `nil` without values.
  func percentile(_ p: Double) -> Double? {
    guard count > 0 else { return nil }
    let position = min(max(p, 0), 100) / 100 * Double(count - 1)
    let rank = Int(position)
    let low = Double(value(rank: rank))
    guard rank + 1 < count else { return low }
    return low + (position - Double(rank)) * (Double(value(rank: rank + 1)) - low)
  }

  /// The value that stands at `rank` (from 0) in ascending order.
  private func value(rank: Int) -> Float {
    let (upper, before) = Self.find(rank, in: buckets)
    let fine = Self.histogram(of: values) {
      $0 > 0 && Int($0.bitPattern >> 16) == upper ? Int($0.bitPattern & 0xffff) : nil
    }
    let (lower, _) = Self.find(rank - before, in: fine)
    return Float(bitPattern: UInt32(upper) << 16 | UInt32(lower))
  }

  /// The bucket that holds a rank, and how many values lie in buckets before it.
  private static func find(_ rank: Int, in buckets: [Int]) -> (bucket: Int, before: Int) {
    var before = 0
    for (bucket, count) in buckets.enumerated() {
      if before + count > rank { return (bucket, before) }
      before += count
    }
    preconditionFailure("a rank is below the number of values")
  }

  private static func histogram(of values: [Float], _ bucket: (Float) -> Int?) -> [Int] {
    let partial = values.withUnsafeBufferPointer { values in
      // Few, large slabs: each has a histogram of its own.
      Slabs.map(over: values.count, size: max(1 << 20, values.count / 8)) { range in
        var counts = [Int](repeating: 0, count: 1 << 16)
        counts.withUnsafeMutableBufferPointer { counts in
          for index in range { if let bucket = bucket(values[index]) { counts[bucket] += 1 } }
        }
        return counts
      }
    }
    guard var sum = partial.first else { return [Int](repeating: 0, count: 1 << 16) }
    for counts in partial.dropFirst() { for bucket in sum.indices { sum[bucket] += counts[bucket] } }
    return sum
  }
}
