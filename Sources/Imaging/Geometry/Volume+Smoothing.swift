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
    let shape = grid.shape
    let inner = [1, shape.x, shape.x * shape.y]
    for axis in 0..<3 where sigma[axis] > 0 {
      let outer = grid.count / (inner[axis] * shape[axis])
      let weights = Self.gaussian(sigma[axis])
      result = Self.convolved(result, weights, length: shape[axis], inner: inner[axis], outer: outer)
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

  /// Returns the weights from the middle outwards. Their sum over both sides is 1.
  private static func gaussian(_ sigma: Double) -> [Float] {
    let half = (0...Int(4 * sigma + 0.5)).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = 2 * half.reduce(0, +) - half[0]
    return half.map { Float($0 / sum) }
  }

  private static func convolved(
    _ values: [Float], _ weights: [Float], length: Int, inner: Int, outer: Int
  ) -> [Float] {
    values.withUnsafeBufferPointer { values in
      [Float](unsafeUninitializedCapacity: values.count) { output, filled in
        if inner == 1 {
          ParallelLoop.forEach(over: outer, size: 256) { rows in
            var padded = [Float](repeating: 0, count: length + 2 * (weights.count - 1))
            for row in rows { convolve(row * length, length, values, weights, &padded, into: output) }
          }
        } else {
          ParallelLoop.forEach(over: outer * length, size: max(1, (1 << 14) / inner)) { places in
            for place in places {
              let (o, n) = place.quotientAndRemainder(dividingBy: length)
              convolve(o * length * inner, n, length, inner, values, weights, into: output)
            }
          }
        }
        filled = values.count
      }
    }
  }

  /// Convolves one row along x: the row is copied with its borders, and then added for each shift with its weight.
  ///
  /// Here and below, indices are added without a check for overflow, because the check would prevent vectorization.
  private static func convolve(
    _ start: Int, _ length: Int, _ values: UnsafeBufferPointer<Float>, _ weights: [Float],
    _ padded: inout [Float], into output: UnsafeMutableBufferPointer<Float>
  ) {
    let (reach, center) = (weights.count - 1, weights[0])
    padded.withUnsafeMutableBufferPointer { padded in
      for i in 0..<padded.count { padded[i] = values[start + min(max(i - reach, 0), length - 1)] }
      for i in 0..<length { output[start &+ i] = center * padded[i &+ reach] }
      for t in 1..<weights.count {
        let (weight, left, right) = (weights[t], reach - t, reach + t)
        for i in 0..<length { output[start &+ i] += weight * (padded[i &+ left] + padded[i &+ right]) }
      }
    }
  }

  /// Convolves position n of all lines of a plane of `inner` lines.
  private static func convolve(
    _ start: Int, _ n: Int, _ length: Int, _ inner: Int, _ values: UnsafeBufferPointer<Float>,
    _ weights: [Float], into output: UnsafeMutableBufferPointer<Float>
  ) {
    let (here, center) = (start + n * inner, weights[0])
    for i in 0..<inner { output[here &+ i] = center * values[here &+ i] }
    for t in 1..<weights.count {
      let weight = weights[t]
      let before = start + max(n - t, 0) * inner
      let after = start + min(n + t, length - 1) * inner
      for i in 0..<inner { output[here &+ i] += weight * (values[before &+ i] + values[after &+ i]) }
    }
  }
}
