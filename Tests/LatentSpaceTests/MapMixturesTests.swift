import Foundation
import LatentSpace
import Numerics
import Testing

@Suite("Mixtures of maps")
struct MapMixturesTests {
  private static let shape: SIMD3<Int> = [24, 4, 4]
  /// Maps that are the same everywhere: whatever varies over a mixture is its weights.
  private static let levels: [Float] = [-2, -1, 0.5, 1, 1.5]
  private static let maps = levels.map { Array(repeating: $0, count: 24 * 16) }
  /// Relative, of a variance over 4000 draws: five standard errors of numbers with heavier tails than a normal
  /// distribution's, and the 14 % more that splines vary at their control points than in the mean.
  private static let tolerance = 0.3

  private func draws(spacing: Double?, share: Double = 1) -> [[Double]] {
    let mixtures = MapMixtures(Self.maps, shape: Self.shape, members: 3, spacing: spacing, share: share)
    var generator = SeededGenerator(seed: 5)
    return (0..<4000).map { _ in mixtures.next(using: &generator).map(Double.init) }
  }

  private func covariance(_ draws: [[Double]], _ i: Int, _ j: Int) -> Double {
    draws.reduce(0) { $0 + $1[i] * $1[j] } / Double(draws.count)
  }

  private let variance = levels.reduce(0) { $0 + Double($1 * $1) } / Double(levels.count)

  @Test("mixtures vary as much as the maps do, at every place", arguments: [nil, 4.0, 9])
  func variance(spacing: Double?) {
    let draws = draws(spacing: spacing)
    for place in [0, 3, 11, 23, 24 * 16 - 1] {
      #expect(abs(covariance(draws, place, place) / variance - 1) < Self.tolerance)
    }
  }

  @Test("with one weight for all places, a map's places stay as they are to each other")
  func whole() {
    #expect(
      draws(spacing: nil).prefix(20).allSatisfy { draw in draw.allSatisfy { abs($0 - draw[0]) < 1e-5 } })
  }

  @Test(
    "with weights that vary, places go together the less the further they are apart, and in the end not at all"
  )
  func local() {
    let draws = draws(spacing: 4)
    let shares = [1, 4, 8, 20].map { covariance(draws, 0, $0) / variance }
    #expect(shares[0] > 0.9 && shares[1] > 0.3 && shares[1] < 0.9 && shares[2] < shares[1])
    #expect(abs(shares[3]) < Self.tolerance)
  }

  @Test("what is not mixed is a map as it is")
  func share() {
    let real = draws(spacing: 4, share: 0.25).count { draw in
      draw.allSatisfy { $0 == draw[0] } && Self.levels.contains(Float(draw[0]))
    }
    // Of 4000, three quarters; five standard deviations.
    #expect(abs(real - 3000) < 137)
  }
}
