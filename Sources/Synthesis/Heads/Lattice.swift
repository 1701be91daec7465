import Imaging
import Numerics

/// Every `stride`-th voxel of a box: a patch with stride 1, or few points of a whole head.
struct Lattice: Hashable, Sendable {
  /// The first voxel; it may be outside the head's grid.
  var start: SIMD3<Int>
  /// Number of points along i, j, k.
  var count: SIMD3<Int>
  var stride = 1

  var total: Int { count.x * count.y * count.z }

  /// Returns the voxels along an axis.
  func voxels(along axis: Int) -> [Int] { (0..<count[axis]).map { start[axis] + stride * $0 } }
}

extension SpatialMap {
  /// Returns the map from the points of a lattice.
  /// - Parameter shift: shift of all points, in voxels.
  func restricted(to lattice: Lattice, shift: SIMD3<Double> = .zero) -> SpatialMap {
    let scale = Affine(
      spacing: SIMD3(repeating: Double(lattice.stride)), origin: SIMD3<Double>(lattice.start) + shift)
    return SpatialMap(
      affine: affine.composed(after: scale), displacement: displacement.map { $0.restricted(to: lattice) })
  }
}

extension SplineField {
  /// Returns the field at the points of a lattice, padded with its border outside.
  func restricted(to lattice: Lattice) -> SplineField {
    at([lattice.voxels(along: 0), lattice.voxels(along: 1), lattice.voxels(along: 2)])
  }

  /// Returns the field at all combinations of voxels along i, j, k.
  func at(_ voxels: [[Int]]) -> SplineField {
    var result = self
    result.taps = zip(taps, voxels).map { taps, voxels in
      voxels.map { taps[min(max($0, 0), taps.count - 1)] }
    }
    return result
  }

  /// Calls `body` with each row of values and the offset of its first value, i fastest.
  func forEachRow(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    var row = SplineRow(self)
    let (width, height, depth) = (taps[0].count, taps[1].count, taps[2].count)
    for k in 0..<depth {
      for j in 0..<height {
        row.move(toRow: j, slab: k)
        row.values.withUnsafeBufferPointer { body(width * (j + height * k), $0) }
      }
    }
  }
}
