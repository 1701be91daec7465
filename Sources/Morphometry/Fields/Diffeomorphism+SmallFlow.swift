import Foundation
import Imaging
import Numerics

extension Diffeomorphism {
  /// The flow over a short time to second order, w + ½ (w·∇) w with w = time · velocity, and the log of the determinant
  /// of the identity plus its gradient.
  package static func smallFlow(of velocity: StationaryVelocityField, time: Float) -> [SIMD4<Float>] {
    let grid = velocity.grid
    let perVoxel = 1 / grid.isotropicSpacing
    let scale = time * time * 0.5 * perVoxel
    var flow = mapGradients(velocity.vectors, shape: grid.shape) { v, dx, dy, dz in
      time * v + scale * (v.x * dx + v.y * dy + v.z * dz)
    }
    flow = mapGradients(flow, shape: grid.shape) { u, dx, dy, dz in
      var result = u
      // No column of the gradient is longer than the displacements, half a voxel, so its norm is below 1 and the
      // determinant above 0. The second-order term may pass that by a little where a field is noise.
      result.w = logf(max(determinant(perVoxel * dx, perVoxel * dy, perVoxel * dz), leastDeterminant))
      return result
    }
    return flow
  }

  private static let leastDeterminant: Float = 0.01

  /// Of the identity plus a gradient whose columns are given.
  @inline(__always)
  package static func determinant(_ dx: SIMD4<Float>, _ dy: SIMD4<Float>, _ dz: SIMD4<Float>) -> Float {
    let (a, b, c) = (1 + dx.x, 1 + dy.y, 1 + dz.z)
    return a * (b * c - dz.y * dy.z) - dy.x * (dx.y * c - dz.y * dx.z) + dz.x * (dx.y * dy.z - b * dx.z)
  }

  /// A value for each voxel from the vector there and its differences per voxel: central ones, one-sided at the border.
  package static func mapGradients(
    _ vectors: [SIMD4<Float>], shape: SIMD3<Int>,
    _ value: (
      _ here: SIMD4<Float>, _ dx: SIMD4<Float>, _ dy: SIMD4<Float>, _ dz: SIMD4<Float>
    ) -> SIMD4<Float>
  ) -> [SIMD4<Float>] {
    let (row, slice) = (shape.x, shape.x * shape.y)
    return vectors.withUnsafeBufferPointer { vectors in
      [SIMD4<Float>](unsafeUninitializedCapacity: vectors.count) { output, filled in
        @inline(__always) func slope(_ at: Int, _ n: Int, _ count: Int, _ step: Int) -> SIMD4<Float> {
          if n == 0 { return count > 1 ? vectors[at &+ step] - vectors[at] : .zero }
          if n == count &- 1 { return vectors[at] - vectors[at &- step] }
          return 0.5 * (vectors[at &+ step] - vectors[at &- step])
        }
        ParallelLoop.forEach(over: shape.z, size: 2) { slices in
          for k in slices {
            for j in 0..<shape.y {
              let start = row &* j &+ slice &* k
              for i in 0..<shape.x {
                let at = start &+ i
                output[at] = value(
                  vectors[at], slope(at, i, shape.x, 1), slope(at, j, shape.y, row),
                  slope(at, k, shape.z, slice))
              }
            }
          }
        }
        filled = vectors.count
      }
    }
  }

  /// The Jacobian determinant by central differences of the displacement: the strict measure of folding, as any other
  /// program finds it from the written field. It is 0 or less where the field folds.
  public var finiteDifferenceDeterminant: Volume {
    let perVoxel = 1 / grid.isotropicSpacing
    let values = Self.mapGradients(field, shape: grid.shape) { _, dx, dy, dz in
      SIMD4(repeating: Self.determinant(perVoxel * dx, perVoxel * dy, perVoxel * dz))
    }
    return Volume(grid: grid, voxels: values.map(\.x))
  }
}
