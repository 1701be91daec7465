import Numerics

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
    for axis in 0..<3 where deviation[axis] > 0 {
      let radius = Int((Self.reach * deviation[axis]).rounded(.up))
      let kernel = GaussianKernel(deviation: deviation[axis], radius: radius)
      // Patches are made beside each other: each on one thread.
      patch.image = kernel.convolved(patch.image, shape: patch.size, along: axis, threads: 1)
    }
  }
}
