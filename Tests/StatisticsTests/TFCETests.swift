import Foundation
import Statistics
import TestSupport
import Testing

@Suite("TFCE")
struct TFCETests {
  private let mask = Samples.mask

  /// The definition, by flooding: the integral over the pieces between the heights that occur.
  private func integral(_ map: [Float], _ tfce: TFCE) -> [Double] {
    var result = [Double](repeating: 0, count: map.count)
    for sign: Float in [1, -1] {
      let heights = Set(map.map { max(0, sign * $0) }).union([0]).sorted()
      for (low, high) in zip(heights, heights.dropFirst()) {
        let clusters = ClusterForming(neighborhood: tfce.neighborhood)
          .clusters(map, in: mask) { sign * map[$0] >= high }
        let power = tfce.heightPower + 1
        let piece = (pow(Double(high), power) - pow(Double(low), power)) / power
        for cluster in clusters {
          let share = pow(Double(cluster.size), tfce.extentPower) * piece
          for voxel in cluster.voxels { result[voxel] += Double(sign) * share }
        }
      }
    }
    return result
  }

  @Test("the map is the integral, computed by flooding at each height", arguments: Neighborhood.allCases)
  func definition(_ neighborhood: Neighborhood) {
    for (extent, height) in [(0.5, 2.0), (1, 2), (0.66, 1.5)] {
      let tfce = TFCE(extentPower: extent, heightPower: height, neighborhood: neighborhood)
      for seed: UInt64 in 1...3 {
        let map = Samples.map(seed: seed)
        for (found, expected) in zip(tfce.enhanced(map, in: mask), integral(map, tfce)) {
          #expect(abs(Double(found) - expected) <= 1e-6 * abs(expected))
        }
      }
    }
  }

  @Test("the maxima are those of the map, and need no map", arguments: Neighborhood.allCases)
  func maxima(_ neighborhood: Neighborhood) {
    let (tfce, map) = (TFCE(neighborhood: neighborhood), Samples.map(seed: 5))
    let (enhanced, maxima) = (tfce.enhanced(map, in: mask), tfce.maxima(map, in: mask))
    #expect(Float(maxima.positive) == enhanced.max())
    #expect(Float(-maxima.negative) == enhanced.min())
  }

  @Test("a sum over steps converges to the map at first order")
  func steps() throws {
    let (tfce, map) = (TFCE(), Samples.map(seed: 8))
    let exact = tfce.enhanced(map, in: mask).map(Double.init)
    let peak = try #require(map.max())
    func error(_ count: Int) -> Double {
      let step = Double(peak) / Double(count)
      var sums = [Double](repeating: 0, count: map.count)
      for index in 1...count {
        let height = step * Double(index)
        let clusters = ClusterForming().clusters(map, in: mask) { Double(map[$0]) >= height }
        for cluster in clusters {
          for voxel in cluster.voxels {
            sums[voxel] += Double(cluster.size).squareRoot() * height * height * step
          }
        }
      }
      return zip(sums, exact).map { $1 > 0 ? abs($0 - $1) : 0 }.max() ?? 0
    }
    let (coarse, fine) = (error(100), error(1000))
    #expect(coarse / fine > 5 && coarse / fine < 20)
  }

  @Test("one voxel of height t has t³/3; two that touch share what both reach")
  func closedForm() {
    let mask = VoxelMask(shape: [4, 1, 1], inside: [true, true, false, true])
    let map = TFCE().enhanced([3, 2, -1], in: mask)
    #expect(abs(map[1] - Float(2.0.squareRoot() * 8 / 3)) < 1e-6)
    #expect(abs(map[0] - Float(2.0.squareRoot() * 8 / 3 + 19.0 / 3)) < 1e-5)
    #expect(abs(map[2] + 1.0 / 3) < 1e-7)
  }

  @Test("values that are not numbers, and an empty mask, have no clusters")
  func nothing() {
    #expect(TFCE().enhanced([.nan, 0], in: VoxelMask(shape: [2, 1, 1], inside: [true, true])) == [0, 0])
    #expect(TFCE().enhanced([], in: VoxelMask(shape: [2, 1, 1], inside: [false, false])).isEmpty)
  }

  @Test(
    "maps are those of the package tfce within 1e-5", .needs(.tfce),
    arguments: Neighborhood.allCases)
  func peer(_ neighborhood: Neighborhood) throws {
    let map = Samples.noise(mask.count, seed: 9)
    let script = """
      import tfce
      print(*tfce.tfce(x[0], connectivity=\(neighborhood.rawValue)).ravel(order="F"))
      """
    let expected = try Python.numbers(script, [mask.expanded(map, outside: 0)], shape: mask.shape)
    let found = mask.expanded(TFCE(neighborhood: neighborhood).enhanced(map, in: mask), outside: 0)
    try #require(expected.count == found.count)
    for (found, expected) in zip(found, expected) {
      #expect(abs(Double(found) - expected) <= 1e-5 * abs(expected))
    }
  }
}
