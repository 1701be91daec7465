/// A sampling of a grid: every n-th voxel along each axis, with equal margins at both ends.
struct GridSampling: Sendable {
  /// The numbers of voxels of the grid.
  let full: SIMD3<Int>
  /// The numbers of picked voxels along each axis.
  let shape: SIMD3<Int>
  /// The index of the first picked voxel, and the distance to the next, along each axis.
  let first, step: SIMD3<Int>

  /// The number of voxels that an axis keeps if it has as many: a cubic needs four values.
  private static let fewest = 4

  /// Makes a sampling.
  /// - Parameters:
  ///   - full: The numbers of voxels of the grid.
  ///   - wanted: The distance between picked voxels. It is reduced for axes with few voxels.
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

  /// The number of picked voxels.
  var count: Int { shape.x * shape.y * shape.z }

  /// The positions of the picked voxels along each axis: 0 for the first and 1 for the last.
  var picked: [[Double]] {
    (0..<3).map { axis in
      (0..<shape[axis]).map { Double($0) / Double(max(shape[axis] - 1, 1)) }
    }
  }

  /// The positions of all voxels on the scale of `picked`. Positions beyond the picked voxels are moved to the nearest.
  var everyVoxel: [[Double]] {
    (0..<3).map { axis in
      let length = Double(max((shape[axis] - 1) * step[axis], 1))
      return (0..<full[axis]).map { min(max(Double($0 - first[axis]) / length, 0), 1) }
    }
  }

  /// Calls `body` with the index among the picked voxels and the offset in the grid, in the order of the picked voxels.
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
