import Imaging

/// A tile's weights, and where its voxels lie in a grid.
///
/// Apart from the sums that it adds to, so that these are changed in place: a method of their owner would hold
/// them a second time, and each tile would copy whole volumes.
struct TileWindow {
  let grid: Grid
  private let tileSize: SIMD3<Int>
  private let weights: (x: [Float], y: [Float], z: [Float])

  init(grid: Grid, tileSize: SIMD3<Int>) {
    self.grid = grid
    self.tileSize = tileSize
    weights = (
      Tiling.weights(length: tileSize.x), Tiling.weights(length: tileSize.y),
      Tiling.weights(length: tileSize.z)
    )
  }

  /// Voxels of a tile.
  var tileCount: Int { tileSize.x * tileSize.y * tileSize.z }

  /// Adds weight times value for each voxel of the tile at `origin` that lies in the grid.
  /// - Parameter value: of the voxel with this offset in the tile.
  func accumulate(into sum: inout [Float], at origin: SIMD3<Int>, _ value: (Int) -> Float) {
    let shape = grid.shape
    let width = min(tileSize.x, shape.x - origin.x)
    weights.x.withUnsafeBufferPointer { weightsX in
      sum.withUnsafeMutableBufferPointer { sum in
        for z in 0..<min(tileSize.z, shape.z - origin.z) {
          for y in 0..<min(tileSize.y, shape.y - origin.y) {
            let row = tileSize.x * (y + tileSize.y * z)
            let target = grid.offset(origin.x, origin.y + y, origin.z + z)
            let weight = weights.y[y] * weights.z[z]
            for x in 0..<width { sum[target + x] += weight * weightsX[x] * value(row + x) }
          }
        }
      }
    }
  }
}
