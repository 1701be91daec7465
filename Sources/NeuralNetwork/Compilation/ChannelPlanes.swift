import Numerics

/// Passes over a plain [N, C, D, H, W] tensor that look at all channels of a voxel together.
struct ChannelPlanes {
  private let channels, voxels: Int
  private let chunks: [(sample: Int, range: Range<Int>)]

  /// A chunk of all of a few channels stays in the first cache.
  private static let chunkLength = 2048

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

  /// y = x − max_c x, which keeps exponentials finite and softmax as it is.
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

  /// y ← y / Σ_c y.
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

  private func plane(
    _ tensor: UnsafeMutableBufferPointer<Float>, _ chunk: (sample: Int, range: Range<Int>), _ channel: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    let start = (chunk.sample * channels + channel) * voxels
    return UnsafeMutableBufferPointer(
      rebasing: tensor[start + chunk.range.lowerBound..<start + chunk.range.upperBound])
  }
}
