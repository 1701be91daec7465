import Foundation
import Synthesis
import Testing

@Suite struct GaussianBlurTests {
  private func impulse(_ size: Int) -> Patch {
    let count = size * size * size
    var patch = Patch(
      size: [size, size, size], image: Array(repeating: 0, count: count),
      labels: Array(repeating: 0, count: count))
    patch.image[count / 2] = 1
    return patch
  }

  @Test("an impulse becomes a Gaussian of the given widths and keeps its sum")
  func gaussian() {
    var patch = impulse(31)
    let deviation: SIMD3<Double> = [1, 1.5, 2]
    GaussianBlur(deviation: deviation).apply(to: &patch)
    #expect(abs(patch.image.reduce(0, +) - 1) < 1e-4)
    for axis in 0..<3 {
      let variance = patch.image.enumerated().reduce(0.0) { sum, entry in
        let position = [entry.offset % 31, entry.offset / 31 % 31, entry.offset / 961][axis]
        return sum + Double(entry.element) * pow(Double(position - 15), 2)
      }
      // Cutting at three deviations takes up to 3 % of the variance.
      #expect(abs(variance - deviation[axis] * deviation[axis]) < 0.04 * deviation[axis] * deviation[axis])
    }
  }

  @Test("a constant stays constant up to the border, and no width is no change")
  func constant() {
    var patch = Patch(
      size: [5, 4, 3], image: Array(repeating: 7, count: 60), labels: Array(repeating: 0, count: 60))
    GaussianBlur(deviation: [2, 2, 2]).apply(to: &patch)
    #expect(patch.image.allSatisfy { abs($0 - 7) < 1e-4 })
    var sharp = impulse(9)
    GaussianBlur(deviation: .zero).apply(to: &sharp)
    #expect(sharp == impulse(9))
  }
}
