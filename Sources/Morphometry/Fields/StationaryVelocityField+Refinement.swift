import Imaging
import Numerics

extension StationaryVelocityField {
  /// The field at half the spacing, by cubic interpolation: nodes keep their vectors, and midpoints along each axis get
  /// (-a + 9b + 9c - d) / 16 of their four neighbours, Lagrange's polynomial.
  /// - Parameter target: a grid whose first node is the first one here, of half the spacing, and at most twice as many
  ///   nodes along each axis.
  public func refined(onto target: Grid) -> StationaryVelocityField {
    precondition(
      target.isIsotropicRAS && 2 * target.isotropicSpacing == grid.isotropicSpacing
        && target.affine.origin == grid.affine.origin && (2 &* grid.shape &- target.shape).min() >= 0,
      "a velocity field is refined onto a grid of half its spacing, within its box")
    var result = StationaryVelocityField(grid: target)
    let (from, to) = (grid.shape, target.shape)
    let alongX = Self.refined(vectors, inner: 1, length: from.x, outer: from.y * from.z, to: to.x)
    let alongY = Self.refined(alongX, inner: to.x, length: from.y, outer: from.z, to: to.y)
    result.vectors = Self.refined(alongY, inner: to.x * to.y, length: from.z, outer: 1, to: to.z)
    return result
  }

  /// One axis: [outer, length, inner] → [outer, count, inner].
  private static func refined(
    _ values: [SIMD4<Float>], inner: Int, length: Int, outer: Int, to count: Int
  ) -> [SIMD4<Float>] {
    values.withUnsafeBufferPointer { values in
      [SIMD4<Float>](unsafeUninitializedCapacity: outer * count * inner) { output, filled in
        ParallelLoop.forEach(over: outer * count, size: max(1, (1 << 14) / inner)) { places in
          for place in places {
            let (o, n) = place.quotientAndRemainder(dividingBy: count)
            func line(_ node: Int) -> Int { (o * length + (node + length) % length) * inner }
            let (a, b, c, d) = (line(n / 2 - 1), line(n / 2), line(n / 2 + 1), line(n / 2 + 2))
            let to = place * inner
            if n.isMultiple(of: 2) {
              for i in 0..<inner { output[to &+ i] = values[b &+ i] }
            } else {
              for i in 0..<inner {
                let near = values[b &+ i] + values[c &+ i]
                output[to &+ i] = 0.5625 * near - 0.0625 * (values[a &+ i] + values[d &+ i])
              }
            }
          }
        }
        filled = outer * count * inner
      }
    }
  }
}
