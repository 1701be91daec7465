import Numerics

/// Passes over a plain [N, C, D, H, W] tensor that combine all channels of a voxel.
struct ChannelPlanes {
  private let channels, voxels: Int
  private let chunks: [(sample: Int, range: Range<Int>)]

  /// The number of voxels of a chunk. All of a few channels fit into the first-level cache.
  private static let chunkLength = 2048

  /// Prepares passes over a tensor with the dimensions [N, C, D, H, W].
  init(dimensions: [Int]) {
    channels = dimensions[1]
    let voxels = dimensions[2...].reduce(1, *)
    self.voxels = voxels
    chunks = (0..<dimensions[0]).flatMap { sample in
      stride(from: 0, to: voxels, by: Self.chunkLength).map {
        (sample, $0..<min($0 + Self.chunkLength, voxels))
      }
    }
  }

  /// Computes y = x − max_c x, which keeps the exponentials finite and does not change the softmax.
  func subtractMaximum(
    _ x: UnsafeMutableBufferPointer<Float>, into y: UnsafeMutableBufferPointer<Float>, threads: Int
  ) {
    _ = ParallelLoop.map(chunks, threads: threads) { chunk in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: chunk.range.count) { maximum in
        maximum.initialize(repeating: -.infinity)
        for c in 0..<channels {
          let x = plane(x, chunk, c)
          for i in maximum.indices { maximum[i] = x[i] > maximum[i] ? x[i] : maximum[i] }
        }
        for c in 0..<channels {
          let (x, y) = (plane(x, chunk, c), plane(y, chunk, c))
          for i in maximum.indices { y[i] = x[i] - maximum[i] }
        }
      }
    }
  }

  /// Computes y ← y / Σ_c y.
  func divideBySum(_ y: UnsafeMutableBufferPointer<Float>, threads: Int) {
    _ = ParallelLoop.map(chunks, threads: threads) { chunk in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: chunk.range.count) { sum in
        sum.initialize(repeating: 0)
        for c in 0..<channels {
          let y = plane(y, chunk, c)
          for i in sum.indices { sum[i] += y[i] }
        }
        for i in sum.indices { sum[i] = 1 / sum[i] }
        for c in 0..<channels {
          let y = plane(y, chunk, c)
          for i in sum.indices { y[i] *= sum[i] }
        }
      }
    }
  }

  /// Returns the voxels of a chunk in one channel.
  private func plane(
    _ tensor: UnsafeMutableBufferPointer<Float>, _ chunk: (sample: Int, range: Range<Int>), _ channel: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    let start = (chunk.sample * channels + channel) * voxels
    return UnsafeMutableBufferPointer(
      rebasing: tensor[start + chunk.range.lowerBound..<start + chunk.range.upperBound])
  }
}
