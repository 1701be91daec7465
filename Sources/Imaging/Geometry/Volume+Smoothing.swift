import Foundation
import Numerics

extension Volume {
  /// Convolved with a Gaussian of this full width at half maximum in mm along each axis; 0 changes nothing.
  public func smoothed(width: Double) -> Volume {
    width == 0 ? self : smoothed(sigma: width / (8 * log(2.0)).squareRoot() / grid.affine.spacing)
  }

  /// Convolved with a Gaussian whose standard deviation along each axis is given in voxels; 0 leaves an axis.
  ///
  /// The kernel ends at four standard deviations, and beyond the border the outermost value goes on:
  /// `scipy.ndimage.gaussian_filter(..., mode="nearest")`.
  public func smoothed(sigma: SIMD3<Double>) -> Volume {
    precondition(sigma.min() >= 0 && sigma.max().isFinite, "a standard deviation is a length of at least 0")
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

  /// Smoothed as far as a grid with larger voxels asks for before the volume is resampled onto it.
  ///
  /// A voxel is taken as a Gaussian of its width (full width at half maximum). What widens one of 1 voxel to
  /// one of r voxels has σ = √(r² - 1) / (2 √(2 ln 2)) voxels: Cardoso et al. 2015, "Scale factor point
  /// spread function matching", doi 10.1007/978-3-319-24571-3_81. r along each axis is the distance that the
  /// target's three steps go along it, √(Σ step²).
  ///
  /// Up to r = 1.2 an axis is left as it is: σ would be at most 0.28 voxels, and linear interpolation by itself
  /// already blurs by 0.41 on average (the mean of u (1 - u) over all fractions u is 1/6).
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

  /// Weights from the middle outwards, of unit sum over both sides.
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

  /// One row along x: copied with its borders, then weighted as a whole for each shift.
  ///
  /// Here and below indices are added without a check for overflow, which would keep the loops from being
  /// vectorised.
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

  /// Place n of all lines of a plane of `inner` lines.
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
