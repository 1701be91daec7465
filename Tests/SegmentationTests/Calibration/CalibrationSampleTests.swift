import Foundation
import Imaging
import Numerics
import Segmentation
import Testing

@Suite struct CalibrationSampleTests {
  private static let grid = Grid(shape: [40, 9, 9], affine: .identity)

  /// Two classes: tissue is certain in one voxel for the network, in another for the reference; elsewhere
  /// background has 0.999.
  private static func scene(network: Int?, reference: Int?, grid: Grid = grid) -> ([Volume], LabelMap) {
    var background = Volume(grid: grid, repeating: 0.999)
    var truth = LabelMap(grid: grid)
    if let network { background[network, 4, 4] = 0 }
    if let reference { truth[reference, 4, 4] = 1 }
    let tissue = Volume(grid: grid, voxels: background.voxels.map { 1 - $0 })
    return ([background, tissue], truth)
  }

  private func sample(_ scene: ([Volume], LabelMap)) -> CalibrationSample {
    var sample = CalibrationSample(channels: 2)
    var generator = SplitMix64(seed: 1)
    sample.add(scene.0, scene.1, using: &generator)
    return sample
  }

  @Test(
    "voxels near tissue are taken, the reference's and the network's alike, and none that are far from both")
  func candidates() {
    let own = sample(Self.scene(network: 8, reference: nil))
    let its = sample(Self.scene(network: nil, reference: 30))
    let both = sample(Self.scene(network: 8, reference: 30))
    #expect(own.count > 9 * 9 && own.count == its.count)
    #expect(both.count == own.count + its.count)
    // 5 mm to either side.
    #expect(own.count <= 11 * 9 * 9)
    #expect(own.labels.allSatisfy { $0 == 0 })
    #expect(its.labels.count { $0 == 1 } == 1)
    #expect(sample(Self.scene(network: nil, reference: nil)).count == 0)
  }

  @Test("what the network has not seen is left out: background of exactly 1, all else 0")
  func unseen() {
    var scene = Self.scene(network: nil, reference: 30)
    let whole = sample(scene).count
    for i in 30..<40 {
      for k in 0..<9 {
        for j in 0..<9 { (scene.0[0][i, j, k], scene.0[1][i, j, k]) = (1, 0) }
      }
    }
    let rest = sample(scene)
    #expect(rest.count > 0 && rest.count < whole / 2)
    #expect(rest.labels.allSatisfy { $0 == 0 }, "the one voxel of tissue lies in what was not seen")
  }

  @Test("of a large image as many voxels as the limit says are drawn, from all parts of it")
  func limit() {
    let grid = Grid(shape: [80, 80, 80], affine: .identity)
    let voxels = (0..<grid.count).map { Float($0 % 80) / 100 }
    let background = Volume(grid: grid, voxels: voxels)
    let tissue = Volume(grid: grid, voxels: voxels.map { 1 - $0 })
    let sample = sample(([background, tissue], LabelMap(grid: grid, repeating: 1)))
    #expect(sample.count == CalibrationSample.limit)
    // The mean of i / 100, of which each voxel has the same chance; its deviation is 0.231.
    let mean =
      (0..<sample.count).reduce(0.0) { $0 + Double(exp(sample.logarithms[2 * $1])) } / Double(sample.count)
    #expect(abs(mean - 0.395) < 4 * 0.231 / Double(sample.count).squareRoot())
  }
}
