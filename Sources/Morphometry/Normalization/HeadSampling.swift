import Foundation
import Imaging
import Numerics

/// What stands in a head's own voxels, for each voxel of the template.
package struct HeadSampling {
  private let source: SIMD3<Int>
  private let field: [SIMD4<Float>]
  private let shape: SIMD3<Int>
  /// Template's voxel → head's voxel, and a displacement in mm → one in the head's voxels.
  private let map, perMillimetre: Affine

  /// - Parameters:
  ///   - affine: world mm of the template → world mm of the head.
  ///   - forward: on the template's grid; positions take it first.
  package init(of grid: Grid, through affine: Affine, after forward: Diffeomorphism) {
    guard let inverse = grid.affine.inverse else { preconditionFailure("a grid's affine can be inverted") }
    source = grid.shape
    field = forward.field
    shape = forward.grid.shape
    perMillimetre = inverse.composed(after: affine)
    map = perMillimetre.composed(after: forward.grid.affine)
  }

  /// Linear interpolation. The outermost value goes on for half a voxel, and beyond it is 0.
  package func linear(_ voxels: [Float]) -> [Float] {
    let (row, slice) = (source.x, source.x * source.y)
    let last = source &- 1
    return voxels.withUnsafeBufferPointer { voxels in
      positions(outside: 0) { x, y, z in
        let (i, j, k) = (Int(x), Int(y), Int(z))
        let (u, v, w) = (x - Float(i), y - Float(j), z - Float(k))
        let at = i &+ row &* j &+ slice &* k
        let (dx, dy, dz) = (i < last.x ? 1 : 0, j < last.y ? row : 0, k < last.z ? slice : 0)
        @inline(__always) func along(_ offset: Int) -> Float {
          voxels[offset] + u * (voxels[offset &+ dx] - voxels[offset])
        }
        let (a, b) = (along(at), along(at &+ dy))
        let (c, d) = (along(at &+ dz), along(at &+ dz &+ dy))
        let (near, far) = (a + v * (b - a), c + v * (d - c))
        return near + w * (far - near)
      }
    }
  }

  package func nearest(_ labels: [UInt16]) -> [UInt16] {
    let (row, slice) = (source.x, source.x * source.y)
    return labels.withUnsafeBufferPointer { labels in
      positions(outside: 0) { x, y, z in
        labels[Int(x + 0.5) &+ row &* Int(y + 0.5) &+ slice &* Int(z + 0.5)]
      }
    }
  }

  private func positions<Element>(
    outside: Element, _ value: (_ x: Float, _ y: Float, _ z: Float) -> Element
  ) -> [Element] {
    func vector(_ v: SIMD3<Double>) -> SIMD4<Float> { SIMD4(Float(v.x), Float(v.y), Float(v.z), 0) }
    let (step, dx, dy, dz) = (
      vector(map.i), vector(perMillimetre.i), vector(perMillimetre.j), vector(perMillimetre.k)
    )
    let last = SIMD4(Float(source.x - 1), Float(source.y - 1), Float(source.z - 1), 0)
    return field.withUnsafeBufferPointer { field in
      [Element](unsafeUninitializedCapacity: field.count) { output, filled in
        ParallelLoop.forEach(over: shape.z, size: 2) { slices in
          for k in slices {
            for j in 0..<shape.y {
              let start = shape.x &* (j &+ shape.y &* k)
              let first = vector(map([0, Double(j), Double(k)]))
              for i in 0..<shape.x {
                let u = field[start &+ i]
                let p = first + Float(i) * step + (u.x * dx + u.y * dy + u.z * dz)
                let isInside =
                  p.x >= -0.5 && p.y >= -0.5 && p.z >= -0.5 && p.x <= last.x + 0.5 && p.y <= last.y + 0.5
                  && p.z <= last.z + 0.5
                let (x, y, z) = (
                  min(max(p.x, 0), last.x), min(max(p.y, 0), last.y), min(max(p.z, 0), last.z)
                )
                output.initializeElement(at: start &+ i, to: isInside ? value(x, y, z) : outside)
              }
            }
          }
        }
        filled = field.count
      }
    }
  }
}

extension Float {
  /// e to the power of this.
  package var exponential: Float { expf(self) }
}
