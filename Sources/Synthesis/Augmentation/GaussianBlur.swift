import Foundation

/// Convolution with a separable Gaussian.
package struct GaussianBlur {
  /// Standard deviations along i, j, k in voxels.
  package var deviation: SIMD3<Double>

  /// Creates a blur.
  package init(deviation: SIMD3<Double>) {
    self.deviation = deviation
  }

  /// Radius of the kernel in standard deviations, beyond which a Gaussian has 0.3 % of its weight.
  private static let reach = 3.0

  /// Blurs a patch. The border is padded with the outermost voxels.
  package func apply(to patch: inout Patch) {
    let size = patch.size
    let strides = [1, size.x, size.x * size.y]
    for axis in 0..<3 {
      let weights = GaussianBlur.weights(deviation[axis])
      if weights.count > 1 { GaussianBlur.convolve(&patch.image, weights, strides[axis], size[axis]) }
    }
  }

  /// Returns the weights at distances 0, 1, 2, …; the sum over both sides is 1.
  private static func weights(_ deviation: Double) -> [Float] {
    let radius = Int((reach * deviation).rounded(.up))
    guard deviation > 0, radius > 0 else { return [1] }
    let raw = (0...radius).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let total = 2 * raw.reduce(0, +) - raw[0]
    return raw.map { Float($0 / total) }
  }

  /// Convolves along one axis of `count` voxels that are `stride` apart. Consecutive voxels between two of them form a
  /// line, and whole lines are added, so that memory is read in order along every axis.
  private static func convolve(_ image: inout [Float], _ weights: [Float], _ stride: Int, _ count: Int) {
    let source = image
    let block = stride * count
    source.withUnsafeBufferPointer { source in
      image.withUnsafeMutableBufferPointer { image in
        for start in Swift.stride(from: 0, to: source.count, by: block) {
          for position in 0..<count {
            let target = start + position * stride
            for n in 0..<stride { image[target + n] = weights[0] * source[target + n] }
            for (distance, weight) in weights.enumerated().dropFirst() {
              let before = start + max(position - distance, 0) * stride
              let after = start + min(position + distance, count - 1) * stride
              for n in 0..<stride { image[target + n] += weight * (source[before + n] + source[after + n]) }
            }
          }
        }
      }
    }
  }
}
