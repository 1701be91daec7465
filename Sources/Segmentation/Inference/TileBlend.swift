import Imaging
import NeuralNetwork

/// The weighted mean of overlapping tiles' outputs, gathered on the image's grid.
struct TileBlend {
  private let grid: Grid
  private let tileSize: SIMD3<Int>
  /// By channel, and the sum of weights.
  private var sums: [[Float]]
  private var total: [Float]
  private let weights: (x: [Float], y: [Float], z: [Float])

  init(grid: Grid, channels: Int, tileSize: SIMD3<Int>) {
    self.grid = grid
    self.tileSize = tileSize
    sums = Array(repeating: Array(repeating: 0, count: grid.count), count: channels)
    total = Array(repeating: 0, count: grid.count)
    weights = (
      Tiling.weights(length: tileSize.x), Tiling.weights(length: tileSize.y),
      Tiling.weights(length: tileSize.z)
    )
  }

  /// - Parameter output: [1, C, D, H, W].
  mutating func add(_ output: Tensor, at origin: SIMD3<Int>) {
    let tileCount = tileSize.x * tileSize.y * tileSize.z
    for channel in sums.indices {
      let start = channel * tileCount
      accumulate(into: &sums[channel], at: origin) { row, count, weight, target in
        output.values.withUnsafeBufferPointer { values in
          for x in 0..<count { target[x] += weight * weights.x[x] * values[start + row + x] }
        }
      }
    }
    addWeights(at: origin)
  }

  /// A tile that is certainly background.
  mutating func addBackground(at origin: SIMD3<Int>) {
    accumulate(into: &sums[0], at: origin) { _, count, weight, target in
      for x in 0..<count { target[x] += weight * weights.x[x] }
    }
    addWeights(at: origin)
  }

  /// The means.
  mutating func finish() -> [Volume] {
    for channel in sums.indices {
      total.withUnsafeBufferPointer { total in
        sums[channel].withUnsafeMutableBufferPointer { sum in
          for index in sum.indices { sum[index] /= total[index] }
        }
      }
    }
    return sums.map { Volume(grid: grid, voxels: $0) }
  }

  private mutating func addWeights(at origin: SIMD3<Int>) {
    accumulate(into: &total, at: origin) { _, count, weight, target in
      for x in 0..<count { target[x] += weight * weights.x[x] }
    }
  }

  /// Calls `body` for each row of the tile that lies in the grid, with the row's offset in the tile, its length
  /// there, the weight of its y and z, and the row's place in `array`.
  private func accumulate(
    into array: inout [Float], at origin: SIMD3<Int>,
    _ body: (_ row: Int, _ count: Int, _ weight: Float, _ target: UnsafeMutablePointer<Float>) -> Void
  ) {
    let width = min(tileSize.x, grid.shape.x - origin.x)
    array.withUnsafeMutableBufferPointer { array in
      guard let base = array.baseAddress else { return }
      for z in 0..<min(tileSize.z, grid.shape.z - origin.z) {
        for y in 0..<min(tileSize.y, grid.shape.y - origin.y) {
          let target = base + grid.offset(origin.x, origin.y + y, origin.z + z)
          body(tileSize.x * (y + tileSize.y * z), width, weights.y[y] * weights.z[z], target)
        }
      }
    }
  }
}
