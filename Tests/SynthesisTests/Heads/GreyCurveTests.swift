import Foundation
import Synthesis
import Testing

@Suite("GrayCurve")
struct GreyCurveTests {
  @Test("the table follows power, slope and cut", arguments: [Float(0.7), 1, 1.4])
  func formula(gamma: Float) {
    let curve = GrayCurve(brightest: 2, gamma: gamma, slope: 0.8, offset: -0.1, range: 0...1)
    let values = (0..<500).map { Float($0) / 200 - 0.2 }
    var image = values
    curve.apply(to: &image)
    for (value, found) in zip(values, image) {
      let cut = min(max(value, 0), 2)
      let wanted = min(max(0.8 * 2 * pow(cut / 2, gamma) - 0.1, 0), 1)
      // Near 0 a root is steeper than a table of 4096 intervals can follow.
      #expect(abs(found - wanted) < 2e-3)
    }
  }
}
