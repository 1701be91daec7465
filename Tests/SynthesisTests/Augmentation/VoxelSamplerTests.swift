import Imaging
import Synthesis
import Testing

@Suite struct VoxelSamplerTests {
  @Test("between voxels a linear image is exact, and the label is the nearest voxel's")
  func linear() {
    let grid = Grid(shape: [8, 8, 8], affine: .identity)
    var (volume, labels) = (Volume(grid: grid), LabelMap(grid: grid))
    for k in 0..<8 {
      for j in 0..<8 {
        for i in 0..<8 {
          volume[i, j, k] = Float(i + 10 * j + 100 * k)
          labels[i, j, k] = UInt16(i)
        }
      }
    }
    let map = SpatialMap(
      affine: Affine(i: [0.4, 0, 0], j: [0, 0.3, 0], k: [0, 0, 0.2], origin: [1.25, 2.5, 3]))
    let patch = LabeledImage(image: volume, labels: labels).patch(of: [5, 5, 5], along: map)
    for n in 0..<125 {
      let (i, j, k) = (Float(n % 5), Float(n / 5 % 5), Float(n / 25))
      let x = 1.25 + 0.4 * i
      #expect(abs(patch.image[n] - (x + 10 * (2.5 + 0.3 * j) + 100 * (3 + 0.2 * k))) < 1e-3)
      #expect(patch.labels[n] == UInt8((x + 0.5).rounded(.down)))
    }
  }

  @Test("half a voxel outside the image half of the value is left, a whole voxel outside nothing")
  func border() {
    let grid = Grid(shape: [2, 2, 2], affine: .identity)
    let source = LabeledImage(
      image: Volume(grid: grid, repeating: 8), labels: LabelMap(grid: grid, repeating: 1))
    let map = SpatialMap(affine: Affine(spacing: [0.5, 1, 1], origin: [-1, 0, 0]))
    let patch = source.patch(of: [7, 1, 1], along: map)
    #expect(patch.image == [0, 4, 8, 8, 8, 4, 0])
    #expect(patch.labels.first == 0 && patch.labels.last == 0 && patch.labels[2...4] == [1, 1, 1])
  }
}
