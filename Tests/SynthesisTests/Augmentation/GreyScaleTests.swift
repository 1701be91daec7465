import Foundation
import Synthesis
import Testing

@Suite struct GreyScaleTests {
  @Test("stretching multiplies the deviation and shifts the mean")
  func stretched() {
    // Mean 5, deviation 2: factor 1.5 and a shift of half a deviation give mean 6, deviation 3.
    var image: [Float] = [2, 4, 4, 4, 5, 5, 7, 9]
    GrayScale.stretch(&image, by: 1.5, shift: 0.5)
    #expect(image == [1.5, 4.5, 4.5, 4.5, 6, 6, 9, 12])
  }

  @Test(
    "gamma follows the power between the darkest and brightest voxel", arguments: [0.7, 1, 1.4] as [Float])
  func gamma(exponent: Float) {
    let plain = (0...5000).map { Float($0) / 500 - 3 }
    var image = plain
    GrayScale.correct(&image, gamma: exponent)
    for (value, before) in zip(image, plain) {
      let expected = -3 + 10 * pow((before + 3) / 10, exponent)
      #expect(abs(value - expected) < 0.001 * 10)
    }
    #expect(image.first == -3)
    #expect(abs((image.last ?? 0) - 7) < 1e-5)
  }

  @Test("an image of one value has no range and stays as it is")
  func flat() {
    var image: [Float] = [4, 4, 4]
    GrayScale.correct(&image, gamma: 1.3)
    #expect(image == [4, 4, 4])
  }
}
