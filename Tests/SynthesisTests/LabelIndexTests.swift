import Imaging
import Numerics
import Synthesis
import TestSupport
import Testing

@Suite struct LabelIndexTests {
  @Test("every label present but the background is listed, and drawn about equally often")
  func balanced() throws {
    let source = Phantom.tissues(40)
    #expect(source.index.labels == [1, 2, 3])
    var generator = SeededGenerator(seed: 3)
    var counts: [UInt16: Int] = [:]
    for _ in 0..<3000 {
      let offset = try #require(source.index.randomOffset(using: &generator))
      counts[source.labels.labels[offset], default: 0] += 1
    }
    // Four standard deviations of a binomial count of 3000 draws at one third are 103.
    for label in [1, 2, 3] as [UInt16] { #expect(abs(counts[label, default: 0] - 1000) < 103) }
  }

  @Test("a label with more voxels than are kept is drawn from all over its extent")
  func subsampled() throws {
    let grid = Grid(shape: [40, 40, 40], affine: .identity)
    let index = LabelIndex(LabelMap(grid: grid, repeating: 7))
    var generator = SeededGenerator(seed: 4)
    var offsets = Set<Int>()
    for _ in 0..<200_000 { offsets.insert(try #require(index.randomOffset(using: &generator))) }
    #expect(offsets.count <= LabelIndex.limit)
    #expect(offsets.count > LabelIndex.limit * 99 / 100)
    let octants = Set(offsets.map { [$0 % 40 / 20, $0 / 40 % 40 / 20, $0 / 1600 / 20] })
    #expect(octants.count == 8)
  }

  @Test("where there is only background there is nothing to draw")
  func background() {
    let index = LabelIndex(LabelMap(grid: Grid(shape: [3, 3, 3], affine: .identity)))
    var generator = SeededGenerator(seed: 5)
    #expect(index.labels.isEmpty)
    #expect(index.randomOffset(using: &generator) == nil)
  }
}
