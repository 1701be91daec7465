import Foundation
import Numerics
import Synthesis
import Testing

@Suite struct BiasFieldTests {
  @Test("the factor is positive, within its bound, and smooth", arguments: 0..<10 as Range<UInt64>)
  func smooth(seed: UInt64) {
    let size: SIMD3<Int> = [30, 20, 25]
    var generator = SeededGenerator(seed: seed)
    let field = SplineField(covering: size, spacing: [20, 20, 20]) {
      Float.random(in: -0.4...0.4, using: &generator)
    }
    // Applied to ones the field shows itself.
    let count = 30 * 20 * 25
    var patch = Patch(
      size: size, image: Array(repeating: 1, count: count), labels: Array(repeating: 0, count: count))
    BiasField(logarithm: field).apply(to: &patch)
    #expect(patch.image.allSatisfy { $0 > exp(-0.4001) && $0 < exp(0.4001) })
    // A cubic B-spline's slope is at most the largest difference of control values over their distance.
    let slope: Float = 0.8 / 20
    for n in 0..<count - 1 where n % 30 != 29 {
      #expect(abs(log(patch.image[n + 1] / patch.image[n])) < slope * 1.01)
    }
  }

  @Test("black stays black, in images with negative values too", arguments: [0, -1.5] as [Float])
  func black(darkest: Float) {
    var patch = Patch(size: [3, 1, 1], image: [darkest, 2, darkest], labels: [0, 0, 0])
    BiasField(logarithm: SplineField(covering: [3, 1, 1], spacing: [5, 5, 5]) { 0.3 }).apply(to: &patch)
    #expect(patch.image[0] == darkest && patch.image[2] == darkest)
    #expect(abs(patch.image[1] - (darkest + (2 - darkest) * exp(0.3))) < 1e-4)
  }
}
