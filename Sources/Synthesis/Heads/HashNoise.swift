import Foundation
import Numerics

/// Normally distributed noise that is a function of a seed and a voxel's place.
///
/// A patch of a synthetic head then has the very noise of the whole head there, whichever voxels are made and
/// in which order; and it is quick, since nothing waits for the number before it.
package struct HashNoise: Sendable {
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  /// 4096 quantiles of the normal distribution, scaled to a standard deviation of exactly 1. Tails end at
  /// 3.7 standard deviations, where a scan of a million voxels would have two hundred more.
  package static let quantiles: [Float] = {
    let count = 4096
    let raw = (0..<count).map { quantile((Double($0) + 0.5) / Double(count)) }
    let deviation = (raw.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    return raw.map { Float($0 / deviation) }
  }()

  package static let mask = UInt64(4095)

  /// Bits of a voxel: 12 of them choose one quantile, so that there are five numbers.
  package func bits(_ i: Int, row: UInt64) -> UInt64 {
    SplitMix64.mix(row &+ UInt64(bitPattern: Int64(i)) &* SplitMix64.increment)
  }

  /// What the voxels of a row have in common.
  package func row(_ j: Int, _ k: Int) -> UInt64 {
    SplitMix64.mix(seed ^ SplitMix64.mix(UInt64(bitPattern: Int64(j &* 0x10_0000 &+ k))))
  }

  /// The normal distribution's value below which a share of it lies: Newton's method on `erfc`, from the
  /// logistic distribution's quantile.
  private static func quantile(_ share: Double) -> Double {
    var x = log(share / (1 - share)) / 1.702
    for _ in 0..<50 {
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let step = (0.5 * erfc(-x / 2.0.squareRoot()) - share) / density
      // Far out the density is small: a bounded step cannot leave the region where Newton converges.
      x -= min(max(step, -0.5), 0.5)
    }
    return x
  }
}
