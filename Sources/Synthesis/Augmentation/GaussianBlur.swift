import Foundation

/// Convolution with a Gaussian, one axis after the other.
package struct GaussianBlur {
  /// Standard deviations along i, j, k in voxels.
  package var deviation: SIMD3<Double>

  package init(deviation: SIMD3<Double>) {
    self.deviation = deviation
  }

  /// Beyond three standard deviations lies 0.3 % of a Gaussian's weight.
  private static let reach = 3.0

  /// Blurs a patch; at its border the outermost voxel is continued.
  package func apply(to patch: inout Patch) {
    let size = patch.size
    let strides = [1, size.x, size.x * size.y]
    for axis in 0..<3 {
      let weights = GaussianBlur.weights(deviation[axis])
      if weights.count > 1 { GaussianBlur.convolve(&patch.image, weights, strides[axis], size[axis]) }
    }
  }

  /// Weights at distances 0, 1, 2, …; both sides together sum to 1.
  private static func weights(_ deviation: Double) -> [Float] {
    let radius = Int((reach * deviation).rounded(.up))
    guard deviation > 0, radius > 0 else { return [1] }
    let raw = (0...radius).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let total = 2 * raw.reduce(0, +) - raw[0]
    return raw.map { Float($0 / total) }
  }

  /// One axis of `count` voxels that lie `stride` apart. The voxels between two of them form a line, and
  /// lines are added as wholes, so that memory is read in order along every axis.
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
