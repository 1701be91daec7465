import Imaging
import NeuralNetwork

/// Aggregates the outputs of overlapping windows on the image's grid by their weighted mean.
struct PatchAggregator {
  private let window: PatchWeights
  /// Weighted sums by channel, background first.
  private var sums: [[Float]]
  /// Sum of the weights.
  private var total: [Float]

  init(grid: Grid, channels: Int, tileSize: SIMD3<Int>) {
    window = PatchWeights(grid: grid, tileSize: tileSize)
    sums = Array(repeating: Array(repeating: 0, count: grid.count), count: channels)
    total = Array(repeating: 0, count: grid.count)
  }

  /// Adds the output of a window.
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

  /// Adds a window that is background only.
  mutating func addBackground(at origin: SIMD3<Int>) {
    window.accumulate(into: &sums[0], at: origin) { _ in 1 }
    window.accumulate(into: &total, at: origin) { _ in 1 }
  }

  /// Returns the weighted means, one volume per channel.
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
