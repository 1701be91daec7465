import Foundation

/// Exact percentiles of an array, computed without sorting it.
///
/// The bit patterns of positive IEEE numbers have the order of the numbers, and those of negative numbers the reverse
/// order. Inverting the sign bit, and for negative numbers all other bits too, gives keys with one common order. A
/// histogram of the upper 16 bits of the keys finds the bucket of a rank, and a second histogram of the lower 16 bits
/// within that bucket finds the value. A histogram over the range of intensities would take the same time, but one
/// bright artefact could move an entire head into one bin.
package struct OrderStatistics {
  /// The values given to the initializer.
  package let taken: [Float]
  /// Whether values that are not above 0 are excluded.
  private let isPositive: Bool
  /// The numbers of values by the upper 16 bits of their keys.
  private let buckets: [Int]
  /// The number of values from which the percentiles are computed.
  package let count: Int

  /// Counts the values above 0 and excludes all others.
  package init(positive values: [Float]) { self.init(values, isPositive: true) }

  /// Counts all values except NaN.
  package init(of values: [Float]) { self.init(values, isPositive: false) }

  private init(_ values: [Float], isPositive: Bool) {
    taken = values
    self.isPositive = isPositive
    buckets = Self.histogram(of: values) { value in
      (isPositive ? value > 0 : value == value) ? Int(Self.key(value) >> 16) : nil
    }
    count = buckets.reduce(0, +)
  }

  /// Returns an integer that has the order of the values.
  @inline(__always)
  private static func key(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits ^ (bits >> 31 == 0 ? 1 << 31 : .max)
  }

  /// Returns a percentile, interpolated linearly between neighbouring ranks as in NumPy.
  /// - Parameter p: The percentage, from 0 to 100.
  /// - Returns: The percentile, or `nil` without values.
  package func percentile(_ p: Double) -> Double? {
    count > 0 ? interpolated(p, pair) : nil
  }

  /// Returns several percentiles from one sorting of the values.
  /// - Parameter percentages: The percentages, each from 0 to 100.
  /// - Returns: One percentile for each percentage, equal to that of `percentile`, or `nil` without values.
  package func percentiles(_ percentages: [Double]) -> [Double]? {
    guard count > 0 else { return nil }
    let isPositive = isPositive
    var sorted = taken.filter { isPositive ? $0 > 0 : $0 == $0 }
    sorted.sort()
    return percentages.map {
      interpolated($0) { ranks in (sorted[ranks.lowerBound], sorted[ranks.upperBound]) }
    }
  }

  /// - Parameter pair: Returns the values at two ranks.
  private func interpolated(_ p: Double, _ pair: (ClosedRange<Int>) -> (Float, Float)) -> Double {
    let position = min(max(p, 0), 100) / 100 * Double(count - 1)
    let rank = Int(position)
    let (low, high) = pair(rank...min(rank + 1, count - 1))
    return Double(low) + (position - Double(rank)) * (Double(high) - Double(low))
  }

  /// Returns the values at two neighbouring ranks (from 0) of the ascending order.
  private func pair(_ ranks: ClosedRange<Int>) -> (Float, Float) {
    let (upper, before) = Self.find(ranks.lowerBound, in: buckets)
    let fine = histogram(upper)
    let low = Self.value(ranks.lowerBound - before, in: fine, upper)
    // The next rank is usually in the same bucket, and then needs no pass of its own.
    let (next, first) = Self.find(ranks.upperBound, in: buckets)
    let high = Self.value(ranks.upperBound - first, in: next == upper ? fine : histogram(next), next)
    return (low, high)
  }

  /// Returns the histogram of the lower 16 bits of the keys in a bucket.
  private func histogram(_ upper: Int) -> [Int] {
    let isPositive = isPositive
    return Self.histogram(of: taken) { value in
      let key = Self.key(value)
      let isIn = key >> 16 == UInt32(upper) && (isPositive ? value > 0 : value == value)
      return isIn ? Int(key & 0xffff) : nil
    }
  }

  /// Returns the value at a rank of a bucket.
  private static func value(_ rank: Int, in fine: [Int], _ upper: Int) -> Float {
    let (lower, _) = find(rank, in: fine)
    let key = UInt32(upper) << 16 | UInt32(lower)
    return Float(bitPattern: key ^ (key >> 31 == 1 ? 1 << 31 : .max))
  }

  /// Returns the bucket that contains a rank, and the number of values in the buckets before it.
  private static func find(_ rank: Int, in buckets: [Int]) -> (bucket: Int, before: Int) {
    var before = 0
    for (bucket, count) in buckets.enumerated() {
      if before + count > rank { return (bucket, before) }
      before += count
    }
    preconditionFailure("a rank must be below the number of values")
  }

  /// Returns the number of values in each bucket. It is inlined, so that no call is made for each value.
  @inline(__always)
  private static func histogram(of values: [Float], _ bucket: (Float) -> Int?) -> [Int] {
    let partial = values.withUnsafeBufferPointer { values in
      // A few large ranges, because each needs a histogram of its own.
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

extension [Double] {
  /// The arithmetic mean, or 0 without values.
  package var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// The standard deviation of the population (divisor n, not n - 1), or 0 without values.
  package var standardDeviation: Double {
    let mean = mean
    return isEmpty ? 0 : (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
  }
}
