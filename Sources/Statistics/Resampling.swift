import Foundation
import Numerics

/// Bootstrap confidence intervals and permutation tests, which assume no distribution.
///
/// The same values, seed and count give the same bits for any number of threads.
public struct Resampling: Hashable, Codable, Sendable {
  /// Seed of the random numbers.
  public var seed: UInt64
  /// Number of resamples.
  public var count: Int
  /// Confidence level, between 0 and 1.
  public var confidence: Double

  /// Greatest number of pairs for which all 2ⁿ sign changes are enumerated instead of drawn.
  public static let greatestExactCount = 16

  /// Creates settings.
  public init(seed: UInt64 = 0, count: Int = 10_000, confidence: Double = 0.95) {
    precondition(
      count > 0 && confidence > 0 && confidence < 1,
      "needed at least one resample, and a confidence level between 0 and 1")
    self.seed = seed
    self.count = count
    self.confidence = confidence
  }

  /// Returns the percentile bootstrap interval of the mean (Efron 1979, Annals of Statistics 7:1; Efron and Tibshirani
  /// 1993, ch. 13): quantiles of the means of n values drawn with replacement. With few subjects it is too narrow, by a
  /// factor of about √((n − 1) / n). `nil` with fewer than two values.
  public func interval(ofMean values: [Double]) -> ConfidenceInterval? {
    guard values.count > 1 else { return nil }
    let means = resamples { generator in
      var sum = 0.0
      for _ in values.indices { sum += values[generator.index(below: values.count)] }
      return sum / Double(values.count)
    }.sorted()
    let tail = (1 - confidence) / 2
    return ConfidenceInterval(
      low: Self.quantile(tail, of: means), high: Self.quantile(1 - tail, of: means))
  }

  /// Returns the percentile bootstrap interval of any statistic of units, such as subjects, that are drawn with
  /// replacement. Resamples without a value are ignored.
  /// - Parameters:
  ///   - units: the number of units.
  ///   - statistic: returns the statistic of the drawn units, numbered from 0; `nil` if it is not defined.
  /// - Returns: `nil` with fewer than two units, or if most resamples have no value.
  public func interval(over units: Int, _ statistic: ([Int]) -> Double?) -> ConfidenceInterval? {
    guard units > 1 else { return nil }
    let values = resamples { generator in
      statistic((0..<units).map { _ in generator.index(below: units) }) ?? .nan
    }.filter(\.isFinite).sorted()
    guard values.count > count / 2 else { return nil }
    let tail = (1 - confidence) / 2
    return ConfidenceInterval(
      low: Self.quantile(tail, of: values), high: Self.quantile(1 - tail, of: values))
  }

  /// Returns the two-sided p value of the paired permutation test: the probability of a mean at least as far from 0 if
  /// each difference had a random sign (Fisher 1935, The Design of Experiments, §21).
  ///
  /// It is exact for up to `greatestExactCount` differences. Above, signs are drawn, and the p value is at least 1 /
  /// (count + 1) (Phipson and Smyth 2010, doi 10.2202/1544-6115.1585). `nil` without differences.
  public func permutationProbability(of differences: [Double]) -> Double? {
    guard !differences.isEmpty else { return nil }
    // Sums in another order differ by rounding, so sums within the tolerance count as equal to the observed one.
    let slack = 1e-12 * differences.reduce(0) { $0 + abs($1) }
    let limit = abs(differences.reduce(0, +)) - slack
    if differences.count <= Self.greatestExactCount {
      let signs = 0..<(1 << differences.count)
      let extreme = signs.count { abs(Self.sum(differences, signs: UInt64($0))) >= limit }
      return Double(extreme) / Double(signs.count)
    }
    let extreme = resamples { generator in
      var (sum, signs) = (0.0, UInt64(0))
      for (index, difference) in differences.enumerated() {
        if index % 64 == 0 { signs = generator.next() }
        sum += signs & 1 == 0 ? difference : -difference
        signs >>= 1
      }
      return abs(sum) >= limit ? 1 : 0
    }.reduce(0, +)
    return (extreme + 1) / Double(count + 1)
  }

  /// Returns the least p value that `permutationProbability` can give for a number of differences. At least two of the
  /// 2ⁿ signs are as extreme as the observed ones; of drawn signs, the observed ones count as one.
  package func leastPermutationProbability(of differences: Int) -> Double {
    differences <= Self.greatestExactCount ? min(1, exp2(Double(1 - differences))) : 1 / Double(count + 1)
  }

  /// Returns a quantile, linearly interpolated between ranks (NumPy's default).
  /// - Parameters:
  ///   - share: from 0 to 1.
  ///   - sorted: at least one value, in ascending order.
  package static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = min(max(share, 0), 1) * Double(sorted.count - 1)
    let rank = min(Int(position), sorted.count - 1)
    let next = min(rank + 1, sorted.count - 1)
    return sorted[rank] + (position - Double(rank)) * (sorted[next] - sorted[rank])
  }

  private static func sum(_ differences: [Double], signs: UInt64) -> Double {
    var (sum, signs) = (0.0, signs)
    for difference in differences {
      sum += signs & 1 == 0 ? difference : -difference
      signs >>= 1
    }
    return sum
  }

  private func resamples(_ body: (inout SplitMix64) -> Double) -> [Double] {
    ParallelLoop.map(over: count, size: 500) { range in
      range.map { resample in
        // One short sequence per resample, which depends on the seed and the resample's number only. A resample draws as
        // many numbers as there are subjects.
        var generator = SplitMix64(seed: SplitMix64.mix(SplitMix64.mix(seed) &+ UInt64(resample)))
        return body(&generator)
      }
    }
    .flatMap { $0 }
  }
}

extension SplitMix64 {
  /// Returns a number of `0..<count`: the upper word of a product, with a negligible bias of count / 2⁶⁴.
  fileprivate mutating func index(below count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }
}

/// A confidence interval.
public struct ConfidenceInterval: Hashable, Codable, Sendable {
  /// The bounds.
  public var low, high: Double

  /// Creates an interval.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}
