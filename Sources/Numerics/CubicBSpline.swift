/// The uniform cubic B-spline.
package enum CubicBSpline {
  /// Returns the weights of the four coefficients that influence a position: of the one before its interval, of the two
  /// at the ends of the interval, and of the one behind it.
  /// - Parameter u: The fraction of the interval that lies before the position, from 0 to 1.
  @inlinable @inline(__always)
  package static func weights<Scalar: BinaryFloatingPoint & SIMDScalar>(at u: Scalar) -> SIMD4<Scalar> {
    let v = 1 - u
    let second = 3 * u * u * u - 6 * u * u + 4
    let third = 3 * v * v * v - 6 * v * v + 4
    return SIMD4(v * v * v / 6, second / 6, third / 6, u * u * u / 6)
  }
}
