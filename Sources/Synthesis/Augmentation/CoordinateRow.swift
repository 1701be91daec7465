import Imaging

/// Voxel coordinates in the image for one row of a patch, an array per axis so that loops run straight.
struct CoordinateRow {
  /// Coordinates along i, j, k of the image.
  private(set) var axes: [[Float]]

  init(count: Int) {
    axes = Array(repeating: Array(repeating: 0, count: count), count: 3)
  }

  /// The affine's images of the patch's voxels (·, row, slab). The start is computed in double precision,
  /// then each coordinate from its number in the row: sums of steps would drift.
  mutating func follow(_ affine: Affine, row: Int, slab: Int) {
    let start = SIMD3<Float>(affine([0, Double(row), Double(slab)]))
    let step = SIMD3<Float>(affine.i)
    for axis in 0..<3 {
      let (first, step) = (start[axis], step[axis])
      axes[axis].withUnsafeMutableBufferPointer { row in
        for i in 0..<row.count { row[i] = first + Float(i) * step }
      }
    }
  }

  /// Adds a displacement along one axis.
  mutating func add(_ displacement: [Float], along axis: Int) {
    displacement.withUnsafeBufferPointer { displacement in
      axes[axis].withUnsafeMutableBufferPointer { row in
        for i in 0..<row.count { row[i] += displacement[i] }
      }
    }
  }
}
