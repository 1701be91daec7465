/// The cell of a grid of voxels around a position, for trilinear interpolation between the eight voxels at its corners.
package struct TrilinearCell {
  /// The index of the corner with the lowest coordinates, x fastest.
  @usableFromInline let corner: Int
  /// The distances to the next voxels along x, y and z. At the last voxel of an axis it is 0, because the fraction is 0
  /// and the neighbour beyond must not be read.
  @usableFromInline let steps: (x: Int, y: Int, z: Int)
  /// The fractions of the distances to the next voxels.
  @usableFromInline let fraction: (x: Float, y: Float, z: Float)

  /// Finds the cell of a position.
  /// - Parameters:
  ///   - position: The position in voxels, from 0 to the last voxel along each axis.
  ///   - shape: The numbers of voxels along x, y and z.
  @inlinable @inline(__always)
  package init<Scalar: BinaryFloatingPoint>(
    at position: (x: Scalar, y: Scalar, z: Scalar), in shape: SIMD3<Int>
  ) {
    let (i, j, k) = (Int(position.x), Int(position.y), Int(position.z))
    let (row, slice) = (shape.x, shape.x &* shape.y)
    corner = i &+ row &* j &+ slice &* k
    steps = (i &+ 1 < shape.x ? 1 : 0, j &+ 1 < shape.y ? row : 0, k &+ 1 < shape.z ? slice : 0)
    fraction = (Float(position.x - Scalar(i)), Float(position.y - Scalar(j)), Float(position.z - Scalar(k)))
  }

  /// Returns the value at the position.
  @inlinable @inline(__always)
  package func value(of voxels: UnsafeBufferPointer<Float>) -> Float {
    let (a, b) = (along(voxels, corner), along(voxels, corner &+ steps.y))
    let (c, d) = (along(voxels, corner &+ steps.z), along(voxels, corner &+ steps.z &+ steps.y))
    let (near, far) = (a + fraction.y * (b - a), c + fraction.y * (d - c))
    return near + fraction.z * (far - near)
  }

  /// Returns the value between a voxel and the next one along x.
  @inlinable @inline(__always)
  func along(_ voxels: UnsafeBufferPointer<Float>, _ offset: Int) -> Float {
    voxels[offset] + fraction.x * (voxels[offset &+ steps.x] - voxels[offset])
  }
}
