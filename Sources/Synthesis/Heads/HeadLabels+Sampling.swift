import Imaging
import Numerics

extension HeadLabels {
  /// What lies at the points of a deformed lattice.
  struct Sample: Sendable {
    /// Indices of kinds; air outside of the head.
    var indices: [UInt8]
    /// Distances from the brain's hull in quarters of a millimetre, or none.
    var depth: [Int8]
  }

  /// The nearest voxel at each point of `lattice`, by a map from voxels of the grid to voxels of the grid.
  func sample(
    _ lattice: Lattice, along map: SpatialMap, shift: SIMD3<Double> = .zero, withDepth: Bool
  ) -> Sample {
    var path = map.restricted(to: lattice, shift: shift)
    path.affine.origin -= SIMD3<Double>(window.start)
    var sample = Sample(
      indices: [UInt8](repeating: 0, count: lattice.total),
      depth: [Int8](repeating: .max, count: withDepth ? lattice.total : 0))
    var fields = path.displacement.map(SplineRow.init)
    var row = CoordinateRow(count: lattice.count.x)
    for k in 0..<lattice.count.z {
      for j in 0..<lattice.count.y {
        row.follow(path.affine, row: j, slab: k)
        for axis in fields.indices {
          fields[axis].move(toRow: j, slab: k)
          row.add(fields[axis].values, along: axis)
        }
        read(row, into: &sample, at: lattice.count.x * (j + lattice.count.y * k), withDepth)
      }
    }
    return sample
  }

  private func read(_ row: CoordinateRow, into sample: inout Sample, at start: Int, _ withDepth: Bool) {
    let shape = window.shape
    let limit = SIMD3<Float>(shape)
    indices.withUnsafeBufferPointer { indices in
      depth.values.withUnsafeBufferPointer { depths in
        sample.indices.withUnsafeMutableBufferPointer { found in
          sample.depth.withUnsafeMutableBufferPointer { depth in
            row.axes[0].withUnsafeBufferPointer { xs in
              row.axes[1].withUnsafeBufferPointer { ys in
                row.axes[2].withUnsafeBufferPointer { zs in
                  for n in 0..<xs.count {
                    let (a, b, c) = (xs[n] + 0.5, ys[n] + 0.5, zs[n] + 0.5)
                    guard a >= 0 && b >= 0 && c >= 0 && a < limit.x && b < limit.y && c < limit.z else {
                      continue
                    }
                    let (i, j, k) = (Int(Int32(a)), Int(Int32(b)), Int(Int32(c)))
                    let offset = i &+ shape.x &* (j &+ shape.y &* k)
                    found[start + n] = indices[offset]
                    if withDepth { depth[start + n] = depths[offset] }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
