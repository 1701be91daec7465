import Foundation
import Numerics

/// Normally distributed noise that is a function of a seed and a voxel's position.
///
/// A patch of a synthetic head has the same noise as the whole head, whichever voxels are computed and in which order.
/// It is fast, because no number depends on the previous one.
package struct HashNoise: Sendable {
  private let seed: UInt64

  /// Creates noise with a seed.
  package init(seed: UInt64) { self.seed = seed }

  /// 4096 quantiles of the normal distribution, scaled to a standard deviation of exactly 1. The tails end at 3.7
  /// standard deviations, beyond which a million normally distributed voxels would have about two hundred.
  package static let quantiles: [Float] = {
    let count = 4096
    let raw = (0..<count).map { quantile((Double($0) + 0.5) / Double(count)) }
    let deviation = (raw.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    return raw.map { Float($0 / deviation) }
  }()

  /// Mask of the bits that select a quantile.
  package static let mask = UInt64(4095)

  /// Returns the bits of a voxel. 12 bits select one quantile, so there are five numbers.
  package func bits(_ i: Int, row: UInt64) -> UInt64 {
    SplitMix64.mix(row &+ UInt64(bitPattern: Int64(i)) &* SplitMix64.increment)
  }

  /// Returns the hash that the voxels of a row share.
  package func row(_ j: Int, _ k: Int) -> UInt64 {
    SplitMix64.mix(seed ^ SplitMix64.mix(UInt64(bitPattern: Int64(j &* 0x10_0000 &+ k))))
  }

  /// Returns a quantile of the normal distribution: Newton's method on `erfc`, started at the quantile of the logistic
  /// distribution.
  private static func quantile(_ share: Double) -> Double {
    var x = log(share / (1 - share)) / 1.702
    for _ in 0..<50 {
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let step = (0.5 * erfc(-x / 2.0.squareRoot()) - share) / density
      // The density is small in the tails. A bounded step stays in the region where Newton's method converges.
      x -= min(max(step, -0.5), 0.5)
    }
    return x
  }
}
