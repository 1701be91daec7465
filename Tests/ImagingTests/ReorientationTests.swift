import Imaging
import Testing

@Suite("Reorientation")
struct ReorientationTests {
  @Test("an oblique volume is turned as nibabel turns it")
  func likeNibabel() throws {
    let expected = try Expected.load().reorientation
    let source = Volume(grid: Expected.grid(expected.shape, expected.affine), voxels: expected.voxels)
    for turned in expected.to {
      let result = source.reoriented(to: try #require(Orientation(turned.codes)))
      #expect(result.grid.shape == SIMD3(turned.shape[0], turned.shape[1], turned.shape[2]))
      #expect(result.grid.affine.distance(to: Expected.affine(turned.affine)) < 1e-9)
      #expect(result.voxels == turned.voxels)
    }
  }

  @Test("turned there and back, every voxel is where it was", arguments: ["LIA", "PSR", "ASL", "RAS"])
  func thereAndBack(codes: String) throws {
    let grid = Grid(shape: [17, 9, 21], affine: Affine(spacing: [1, 2, 3], origin: [4, 5, 6]))
    let labels = LabelMap(grid: grid, labels: (0..<grid.count).map { UInt16($0 % 60000) })
    let turned = labels.reoriented(to: try #require(Orientation(codes)))
    #expect(turned.reoriented(to: .ras) == labels)
  }
}
