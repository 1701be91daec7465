import Imaging
import NeuralNetwork

/// The weighted mean of overlapping tiles' outputs, gathered on the image's grid.
struct TileBlend {
  private let window: TileWindow
  /// By channel, background first.
  private var sums: [[Float]]
  /// The sum of weights.
  private var total: [Float]

  init(grid: Grid, channels: Int, tileSize: SIMD3<Int>) {
    window = TileWindow(grid: grid, tileSize: tileSize)
    sums = Array(repeating: Array(repeating: 0, count: grid.count), count: channels)
    total = Array(repeating: 0, count: grid.count)
  }

  /// - Parameter output: [1, C, D, H, W].
  mutating func add(_ output: Tensor, at origin: SIMD3<Int>) {
    for channel in sums.indices {
      let start = channel * window.tileCount
      output.values.withUnsafeBufferPointer { values in
        window.accumulate(into: &sums[channel], at: origin) { values[start + $0] }
      }
    }
    window.accumulate(into: &total, at: origin) { _ in 1 }
  }

  /// A tile that is certainly background.
  mutating func addBackground(at origin: SIMD3<Int>) {
    window.accumulate(into: &sums[0], at: origin) { _ in 1 }
    window.accumulate(into: &total, at: origin) { _ in 1 }
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
    return sums.map { Volume(grid: window.grid, voxels: $0) }
  }
}
