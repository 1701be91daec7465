import Numerics
import Segmentation
import Testing

@Suite("SlidingWindow")
struct SlidingWindowTests {
  @Test(
    "starts along one axis, reckoned by hand",
    arguments: [
      (10, 4, 0.5, [0, 2, 4, 6]), (9, 4, 0.5, [0, 2, 3, 5]), (8, 4, 0, [0, 4]), (9, 4, 0, [0, 3, 5]),
      (4, 4, 0.5, [0]), (3, 4, 0.5, [0]), (5, 4, 0.99, [0, 1]), (193, 96, 0.5, [0, 32, 65, 97]),
    ])
  func starts(length: Int, tile: Int, overlap: Double, wanted: [Int]) {
    let tiling = SlidingWindow(shape: [1, length, 1], tileSize: [1, tile, 1], overlap: overlap)
    #expect(tiling.origins == wanted.map { [0, $0, 0] })
  }

  @Test(
    "tiles cover every voxel, begin and end with the grid, and overlap as asked for",
    arguments: 0..<300 as Range<UInt64>)
  func coverage(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let shape = SIMD3<Int>.random(in: 1...14, using: &generator)
    let size = SIMD3<Int>.random(in: 1...8, using: &generator)
    let overlap = Double.random(in: 0..<0.95, using: &generator)
    let tiling = SlidingWindow(shape: shape, tileSize: size, overlap: overlap)
    var covered: Set<SIMD3<Int>> = []
    for origin in tiling.origins {
      for z in origin.z..<min(origin.z + size.z, shape.z) {
        for y in origin.y..<min(origin.y + size.y, shape.y) {
          for x in origin.x..<min(origin.x + size.x, shape.x) { covered.insert([x, y, z]) }
        }
      }
    }
    #expect(covered.count == shape.x * shape.y * shape.z)
    #expect(Set(tiling.origins).count == tiling.origins.count)
    for axis in 0..<3 {
      let starts = Set(tiling.origins.map { $0[axis] }).sorted()
      #expect(starts.first == 0)
      #expect(starts.last == max(0, shape[axis] - size[axis]))
      let largest = max(1, Double(size[axis]) * (1 - overlap))
      #expect(zip(starts, starts.dropFirst()).allSatisfy { Double($1 - $0) <= largest })
    }
  }

  @Test("weights are those of a Gaussian, the same from both ends, and never 0", arguments: [1, 2, 7, 96])
  func weights(length: Int) {
    let weights = SlidingWindow.weights(length: length)
    #expect(weights.count == length)
    #expect(weights == weights.reversed())
    #expect(weights.allSatisfy { $0 > 0 && $0 <= 1 })
    #expect(weights[length / 2] == weights.max())
  }

  @Test("half a standard deviation from the centre the weight is exp(−1/8)")
  func deviation() {
    // 24 voxels: centre 11.5, standard deviation 3; voxel 13 lies half of that away.
    #expect(abs(SlidingWindow.weights(length: 24)[13] - 0.8824969) < 1e-6)
  }
}
