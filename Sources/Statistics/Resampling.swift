import Foundation
import Numerics

/// Statistics by drawing again from what was measured, without a distribution taken for granted.
///
/// The same values, seed and count give the same bits on any number of cores.
public struct Resampling: Hashable, Codable, Sendable {
  public var seed: UInt64
  /// How many resamples are drawn.
  public var count: Int
  /// Share of intervals that are to hold the true value, between 0 and 1.
  public var confidence: Double

  /// With up to this many pairs all 2ⁿ permutations are visited, and nothing is drawn.
  public static let greatestExactCount = 16

  public init(seed: UInt64 = 0, count: Int = 10_000, confidence: Double = 0.95) {
    precondition(count > 0 && confidence > 0 && confidence < 1, "some resamples, and a share between 0 and 1")
    self.seed = seed
    self.count = count
    self.confidence = confidence
  }

  /// Percentile bootstrap of the mean (Efron 1979, Annals of Statistics 7:1; Efron and Tibshirani 1993, ch. 13):
  /// quantiles of the means of n values drawn with replacement. With few subjects it is too narrow, by about
  /// √((n − 1) / n). `nil` with fewer than two values.
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

  /// Percentile bootstrap of any statistic of units, such as subjects, that are drawn with replacement; draws for which
  /// it is not defined do not count.
  /// - Parameter statistic: of the units drawn, as numbers from 0 to below `count`.
  /// - Returns: `nil` with fewer than two units, or where most draws have no value.
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

  /// Probability of a mean at least as far from 0, were each difference as likely with the other sign: the paired
  /// permutation test, two-sided (Fisher 1935, The Design of Experiments, §21).
  ///
  /// Exact up to `greatestExactCount` differences; above, drawn, and never below 1 / (count + 1) (Phipson and Smyth
  /// 2010, doi 10.2202/1544-6115.1585). `nil` without differences.
  public func permutationProbability(of differences: [Double]) -> Double? {
    guard !differences.isEmpty else { return nil }
    // Sums in another order differ by rounding; such a one is as far from 0 as what was observed.
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

  /// The least p that `permutationProbability` can give for so many differences: two of 2ⁿ signs are as extreme as all
  /// alike, and of those that are drawn the true ones count as one.
  package func leastPermutationProbability(of differences: Int) -> Double {
    differences <= Self.greatestExactCount ? min(1, exp2(Double(1 - differences))) : 1 / Double(count + 1)
  }

  /// Linear between neighbouring ranks (NumPy's default), of values in ascending order; there is at least one.
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

  private func resamples(_ body: (inout ResamplingGenerator) -> Double) -> [Double] {
    ParallelLoop.map(over: count, size: 500) { range in
      range.map { resample in
        var generator = ResamplingGenerator(seed: seed, resample: resample)
        return body(&generator)
      }
    }
    .flatMap { $0 }
  }
}
