import LatentSpace
import Numerics
import Testing

@Suite("Mixtures of classes")
struct ClassMixturesTests {
  @Test("a mixture's target is mixed as its map is, and both classes are drawn alike, however rare one is")
  func mixed() {
    // The only map of class 1 is 1 everywhere, the nine of class 0 are 0: a map's value is its target.
    let maps = (0..<10).map { Array(repeating: Float($0 == 4 ? 1 : 0), count: 3) }
    let mixtures = ClassMixtures(maps, target: (0..<10).map { $0 == 4 ? 1 : 0 })
    var generator = SeededGenerator(seed: 1)
    let drawn = (0..<4000).map { mixtures.next(number: $0, using: &generator) }
    #expect(drawn.allSatisfy { example in example.map.allSatisfy { abs($0 - example.target) < 1e-6 } })
    let mean = drawn.reduce(0) { $0 + Double($1.target) } / 4000
    // Five standard errors of a mean of numbers between 0 and 1.
    #expect(abs(mean - 0.5) < 0.04)
    #expect(drawn.contains { 0.2...0.8 ~= $0.target })
  }
}
