/// The coefficients of the cubic B-spline that interpolates the voxels of a volume: Unser 1999, "Splines: a perfect fit
/// for signal and image processing", doi 10.1109/79.799930.
///
/// Beyond its border the image is continued as its mirror image about the outermost voxel centres. The coefficients
/// are continued in the same way: the array has a rim of one coefficient before and two behind each axis, so that
/// evaluation at a position inside the volume needs no test for the border.
package struct SplineCoefficients {
  /// The numbers of coefficients along x, y and z, including the rim: three more than voxels.
  package let shape: SIMD3<Int>
  /// The coefficients, x fastest. The coefficient of voxel (0, 0, 0) is at (1, 1, 1).
  package let values: [Float]

  /// Computes the coefficients of a volume.
  /// - Parameters:
  ///   - voxels: The voxels, x fastest.
  ///   - size: The numbers of voxels along x, y and z.
  package init(_ voxels: [Float], shape size: SIMD3<Int>) {
    var values = voxels
    Self.filter(&values, length: size.x, inner: 1, outer: size.y * size.z)
    Self.filter(&values, length: size.y, inner: size.x, outer: size.z)
    Self.filter(&values, length: size.z, inner: size.x * size.y, outer: 1)
    shape = size &+ 3
    self.values = Self.rimmed(values, size)
  }

  /// The pole of the recursive filter that inverts the filter (1 4 1)/6.
  private static let pole = Float(3.0.squareRoot() - 2)
  /// The number of terms of the infinite sum that starts the recursion: |pole|^24 is below the last bit of float32.
  private static let horizon = 24

  /// Returns the voxel index for any index of an image that is mirrored without end.
  package static func mirrored(_ index: Int, _ length: Int) -> Int {
    if length == 1 { return 0 }
    let period = 2 * length - 2
    let phase = ((index % period) + period) % period
    return min(phase, period - phase)
  }

  /// Filters one axis in place, by a forward and a backward recursion along each line.
  private static func filter(_ values: inout [Float], length: Int, inner: Int, outer: Int) {
    guard length > 1 else { return }
    values.withUnsafeMutableBufferPointer { values in
      // Each range has lines of its own.
      nonisolated(unsafe) let values = values
      if inner == 1 {
        ParallelLoop.forEach(over: outer, size: 1 << 10) { rows in
          for row in rows { filter(values, from: row * length, length, inner: 1, 0..<1) }
        }
      } else {
        for plane in 0..<outer {
          ParallelLoop.forEach(over: inner, size: 1 << 11) { columns in
            filter(values, from: plane * length * inner, length, inner: inner, columns)
          }
        }
      }
    }
  }

  /// Filters the lines of some columns, of which element n of a line is at `start + n * inner + column`.
  @inline(__always)
  private static func filter(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, _ length: Int, inner: Int,
    _ columns: Range<Int>
  ) {
    let z = pole
    for i in columns {
      var (sum, power) = (Float(0), Float(1))
      for index in 0..<horizon {
        sum += power * values[start + mirrored(index, length) * inner + i]
        power *= z
      }
      values[start + i] = sum
    }
    for n in 1..<length {
      let (here, before) = (start + n * inner, start + (n - 1) * inner)
      for i in columns { values[here + i] += z * values[before + i] }
    }
    let (last, before) = (start + (length - 1) * inner, start + (length - 2) * inner)
    let scale = z / (z * z - 1)
    // The gain of 6 keeps constant images unchanged.
    for i in columns { values[last + i] = 6 * scale * (values[last + i] + z * values[before + i]) }
    for n in stride(from: length - 2, through: 0, by: -1) {
      let (here, next) = (start + n * inner, start + (n + 1) * inner)
      for i in columns { values[here + i] = z * (values[next + i] - 6 * values[here + i]) }
    }
  }

  /// Returns the coefficients with their mirrored rim.
  private static func rimmed(_ values: [Float], _ size: SIMD3<Int>) -> [Float] {
    let shape = size &+ 3
    let columns = (0..<shape.x).map { mirrored($0 - 1, size.x) }
    return values.withUnsafeBufferPointer { values in
      [Float](unsafeUninitializedCapacity: shape.x * shape.y * shape.z) { output, filled in
        ParallelLoop.forEach(over: shape.z, size: 4) { slices in
          for k in slices {
            for j in 0..<shape.y {
              let from = size.x * (mirrored(j - 1, size.y) + size.y * mirrored(k - 1, size.z))
              let to = shape.x * (j + shape.y * k)
              for i in 0..<shape.x { output[to + i] = values[from + columns[i]] }
            }
          }
        }
        filled = shape.x * shape.y * shape.z
      }
    }
  }
}
