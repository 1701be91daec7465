import Foundation
import Numerics

extension Volume {
  /// Returns the volume convolved with a Gaussian of the given full width at half maximum in mm. A width of 0 changes
  /// nothing.
  public func smoothed(width: Double) -> Volume {
    width == 0 ? self : smoothed(sigma: width / (8 * log(2.0)).squareRoot() / grid.affine.spacing)
  }

  /// Returns the volume convolved with a Gaussian.
  ///
  /// The kernel ends at four standard deviations, and the outermost value is repeated beyond the border, as in
  /// `scipy.ndimage.gaussian_filter(..., mode="nearest")`.
  /// - Parameter sigma: The standard deviation along each axis in voxels. With 0 an axis is not smoothed.
  public func smoothed(sigma: SIMD3<Double>) -> Volume {
    precondition(sigma.min() >= 0 && sigma.max().isFinite, "a standard deviation must be at least 0")
    var result = voxels
    for axis in 0..<3 where sigma[axis] > 0 {
      let kernel = GaussianKernel(deviation: sigma[axis], radius: Int(4 * sigma[axis] + 0.5))
      result = kernel.convolved(result, shape: grid.shape, along: axis)
    }
    return Volume(grid: grid, voxels: result)
  }

  /// Returns the volume smoothed for a grid with larger voxels, onto which it will be resampled.
  ///
  /// The point spread function of a voxel is modelled as a Gaussian with the voxel's width as full width at half
  /// maximum. The kernel that widens a voxel of width 1 to width r has σ = √(r² - 1) / (2 √(2 ln 2)) voxels: Cardoso et
  /// al. 2015, "Scale factor point spread function matching", doi 10.1007/978-3-319-24571-3_81. Along each axis r is
  /// the length of the target's three steps along it, √(Σ step²).
  ///
  /// An axis with r up to 1.2 is not smoothed: σ would be at most 0.28 voxels, and linear interpolation alone has a
  /// mean standard deviation of 0.41 voxels (the mean of u (1 - u) over all fractions u is 1/6).
  public func smoothed(for target: Grid) -> Volume {
    guard let inverse = grid.affine.inverse else { preconditionFailure("a grid's affine can be inverted") }
    let steps = inverse.composed(after: target.affine)
    let squares = steps.i * steps.i + steps.j * steps.j + steps.k * steps.k
    var sigma = SIMD3<Double>.zero
    for axis in 0..<3 where squares[axis] > 1.2 * 1.2 {
      sigma[axis] = ((squares[axis] - 1) / (8 * log(2.0))).squareRoot()
    }
    return sigma == .zero ? self : smoothed(sigma: sigma)
  }
}
