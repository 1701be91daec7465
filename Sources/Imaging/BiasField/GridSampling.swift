/// Every n-th voxel of a grid along each axis, around the same middle.
struct GridSampling: Sendable {
  /// Voxels of the grid.
  let full: SIMD3<Int>
  /// Voxels that are picked along each axis.
  let shape: SIMD3<Int>
  /// Index of the first that is picked, and the distance to the next.
  let first, step: SIMD3<Int>

  /// Fewest voxels that an axis keeps, if it has as many: a cubic needs four values.
  private static let fewest = 4

  init(of full: SIMD3<Int>, step wanted: Int) {
    self.full = full
    var (shape, first, step) = (full, SIMD3<Int>.zero, SIMD3<Int>.one)
    for axis in 0..<3 {
      step[axis] = max(1, min(wanted, full[axis] / Self.fewest))
      shape[axis] = max(1, full[axis] / step[axis])
      first[axis] = (full[axis] - 1 - (shape[axis] - 1) * step[axis] + 1) / 2
    }
    (self.shape, self.first, self.step) = (shape, first, step)
  }

  var count: Int { shape.x * shape.y * shape.z }

  /// Places of the picked voxels along each axis, 0 at the first and 1 at the last.
  var picked: [[Double]] {
    (0..<3).map { axis in
      (0..<shape[axis]).map { Double($0) / Double(max(shape[axis] - 1, 1)) }
    }
  }

  /// Places of all voxels on the same scale; those beyond the picked ones are moved onto the nearest.
  var everyVoxel: [[Double]] {
    (0..<3).map { axis in
      let length = Double(max((shape[axis] - 1) * step[axis], 1))
      return (0..<full[axis]).map { min(max(Double($0 - first[axis]) / length, 0), 1) }
    }
  }

  /// Calls `body` with the offset among the picked voxels and in the grid, in the order of the picked.
  func visit(_ body: (_ picked: Int, _ offset: Int) -> Void) {
    var picked = 0
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let row = full.x * (first.y + j * step.y + full.y * (first.z + k * step.z)) + first.x
        for i in 0..<shape.x {
          body(picked, row + i * step.x)
          picked += 1
        }
      }
    }
  }
}
