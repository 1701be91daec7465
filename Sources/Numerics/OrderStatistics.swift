import Foundation

/// Exact percentiles of many values without sorting them.
///
/// The bit patterns of IEEE numbers above 0 are ordered like the numbers, and those below 0 the other way; with
/// the sign bit turned, and below 0 all others too, one order holds for all. One histogram of the upper 16 bits
/// finds the bucket of a rank, a second one of the lower 16 bits within that bucket finds the value itself.
/// A histogram over the range of intensities would be as quick, but one bright artefact can push a whole head
/// into a single bin.
package struct OrderStatistics {
  /// The values that were given.
  package let taken: [Float]
  /// Whether those that are not above 0 are left out.
  private let isPositive: Bool
  /// How many values have a key with these upper 16 bits.
  private let buckets: [Int]
  /// Number of values over which the percentiles are taken.
  package let count: Int

  /// Counts the values above 0; all others are left out.
  package init(positive values: [Float]) { self.init(values, isPositive: true) }

  /// Counts all values that are numbers.
  package init(of values: [Float]) { self.init(values, isPositive: false) }

  private init(_ values: [Float], isPositive: Bool) {
    taken = values
    self.isPositive = isPositive
    buckets = Self.histogram(of: values) { value in
      (isPositive ? value > 0 : value == value) ? Int(Self.key(value) >> 16) : nil
    }
    count = buckets.reduce(0, +)
  }

  /// A number whose order is that of the values.
  @inline(__always)
  private static func key(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits ^ (bits >> 31 == 0 ? 1 << 31 : .max)
  }

  /// The p-th percentile, 0...100, linear between neighbouring ranks (NumPy's default); `nil` without values.
  package func percentile(_ p: Double) -> Double? {
    count > 0 ? interpolated(p, value) : nil
  }

  /// What `percentile` gives for each of many, from the values sorted once; `nil` without values.
  package func percentiles(_ percentages: [Double]) -> [Double]? {
    guard count > 0 else { return nil }
    let isPositive = isPositive
    var sorted = taken.filter { isPositive ? $0 > 0 : $0 == $0 }
    sorted.sort()
    return percentages.map { interpolated($0) { rank in sorted[rank] } }
  }

  private func interpolated(_ p: Double, _ value: (Int) -> Float) -> Double {
    let position = min(max(p, 0), 100) / 100 * Double(count - 1)
    let rank = Int(position)
    let low = Double(value(rank))
    guard rank + 1 < count else { return low }
    return low + (position - Double(rank)) * (Double(value(rank + 1)) - low)
  }

  /// The value that stands at `rank` (from 0) in ascending order.
  private func value(_ rank: Int) -> Float {
    let (upper, before) = Self.find(rank, in: buckets)
    let isPositive = isPositive
    let fine = Self.histogram(of: taken) { value in
      let key = Self.key(value)
      let isIn = key >> 16 == UInt32(upper) && (isPositive ? value > 0 : value == value)
      return isIn ? Int(key & 0xffff) : nil
    }
    let (lower, _) = Self.find(rank - before, in: fine)
    let key = UInt32(upper) << 16 | UInt32(lower)
    return Float(bitPattern: key ^ (key >> 31 == 1 ? 1 << 31 : .max))
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
      ParallelLoop.map(over: values.count, size: max(1 << 20, values.count / 8)) { range in
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
