import Numerics

extension PullBack {
  /// Returns the values by cubic B-spline interpolation, from the 64 coefficients around each position, and 0 outside.
  func cubic(_ voxels: [Float]) -> [Float] {
    let coefficients = SplineCoefficients(voxels, shape: shape)
    let (row, slice) = (coefficients.shape.x, coefficients.shape.x * coefficients.shape.y)
    return coefficients.values.withUnsafeBytes { source in
      fill(outside: 0) { x, y, z in
        let (i, j, k) = (Int(x), Int(y), Int(z))
        let wx = Self.weights(Float(x - Double(i)))
        let wy = Self.weights(Float(y - Double(j)))
        let wz = Self.weights(Float(z - Double(k)))
        // With the rim, the first of the four coefficients along an axis has the index of the voxel.
        let at = i + row * j + slice * k
        @inline(__always) func four(_ offset: Int) -> SIMD4<Float> {
          source.loadUnaligned(fromByteOffset: offset * MemoryLayout<Float>.stride, as: SIMD4<Float>.self)
        }
        @inline(__always) func plane(_ at: Int) -> SIMD4<Float> {
          let near = wy.x * four(at) + wy.y * four(at + row)
          return near + (wy.z * four(at + 2 * row) + wy.w * four(at + 3 * row))
        }
        let near = wz.x * plane(at) + wz.y * plane(at + slice)
        let all = near + (wz.z * plane(at + 2 * slice) + wz.w * plane(at + 3 * slice))
        return (wx * all).sum()
      }
    }
  }

  /// Returns the four uniform cubic B-splines at a fraction u of the distance between two voxels.
  @inline(__always)
  private static func weights(_ u: Float) -> SIMD4<Float> {
    let v = 1 - u
    return SIMD4(
      v * v * v / 6, (3 * u * u * u - 6 * u * u + 4) / 6, (3 * v * v * v - 6 * v * v + 4) / 6, u * u * u / 6)
  }
}
