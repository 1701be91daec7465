import Foundation
import Imaging
import Morphometry
import Testing

@Suite("Regions of an atlas in a head's own space")
struct RegionAtlasTests {
  /// Left and right halves of the phantom's gray matter, and a ball in its white matter.
  private func labels(_ p: SIMD3<Double>) -> UInt16 {
    if abs(p - [0, 10, 0]).max() < 9 { return 10 }
    return TissuePhantom.tissues(p).gray > 0.5 ? (p.x < 0 ? 3 : 42) : 0
  }

  private func map(on grid: Grid, _ position: (SIMD3<Double>) -> SIMD3<Double>) -> LabelMap {
    var result = LabelMap(grid: grid)
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          result[i, j, k] = labels(position(grid.affine([Double(i), Double(j), Double(k)])))
        }
      }
    }
    return result
  }

  @Test("the inverse map brings the atlas onto the head's own labels, and volumes add up to its gray matter")
  func inverse() throws {
    let atlas = RegionAtlas(map: map(on: TissuePhantom.grid) { $0 }, regions: RegionAtlas.standardRegions)
    let velocity = TissuePhantom.waves(on: TissuePhantom.grid.velocityBox(every: 2), size: 5)
    let transform = ScanNormalizationTests.transform
    let normalization = ScanNormalization(grid: TissuePhantom.grid, affine: transform, velocity: velocity)
    let grid = ScanNormalizationTests.headGrid
    let toTemplate = try #require(transform.inverse)
    let own = map(on: grid) { normalization.backward(toTemplate($0)) }
    let found = normalization.regions(of: atlas, on: grid)
    for label in [3, 42, 10] as [UInt16] {
      let (a, b) = (own.labels.map { $0 == label }, found.labels.map { $0 == label })
      let both = zip(a, b).filter { $0 && $1 }.count
      let dice = 2 * Double(both) / Double(a.filter { $0 }.count + b.filter { $0 }.count)
      // Voxels of 3 mm, the nearest one each.
      #expect(dice > 0.8)
    }
    let gray = TissuePhantom.head(on: grid) { normalization.backward(toTemplate($0)) }.gray
    let volumes = normalization.volumes(of: atlas, in: gray)
    let all = gray.voxels.reduce(0.0) { $0 + Double($1) } * grid.voxelVolume / 1000
    #expect(abs(volumes.reduce(0, +) / all - 1) < 0.01)
    #expect(volumes.count == RegionAtlas.standardRegions.count)
    // Region 42 is about as large as region 3.
    #expect(abs(volumes[0] / volumes[1] - 1) < 0.2)
  }

  @Test("gray matter outside regions goes to the nearest cortex, and never to a deep structure")
  func rest() {
    var map = LabelMap(grid: Grid(shape: [9, 3, 3], affine: .identity))
    (map[0, 1, 1], map[4, 1, 1], map[8, 1, 1]) = (3, 10, 42)
    let atlas = RegionAtlas(map: map, regions: RegionAtlas.standardRegions)
    #expect((0..<9).map { atlas.rest[$0, 1, 1] } == [3, 3, 3, 3, 3, 42, 42, 42, 42])
    #expect(Set(atlas.rest.labels) == [3, 42])
  }

  @Test("the label of most heads wins, and a head that is taken away no longer counts")
  func vote() {
    let grid = Grid(shape: [4, 4, 4], affine: .identity)
    var vote = AtlasVote(grid: grid, codes: [10, 11])
    for label in [10, 11, 11, 5] as [UInt16] { vote.add(LabelMap(grid: grid, repeating: label)) }
    #expect(vote.winner == LabelMap(grid: grid, repeating: 11))
    vote.add(LabelMap(grid: grid, repeating: 11), sign: -1)
    vote.add(LabelMap(grid: grid, repeating: 11), sign: -1)
    vote.add(LabelMap(grid: grid, repeating: 10))
    #expect(vote.winner == LabelMap(grid: grid, repeating: 10))
  }
}
