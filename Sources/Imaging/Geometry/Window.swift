/// A box of voxels cut out of a grid, or around it: crops where it ends inside, pads where it reaches beyond.
///
/// Voxels keep their places in the world; nothing is interpolated.
public struct Window: Hashable, Codable, Sendable {
  /// Index in the grid of the window's first voxel; below 0 where voxels are added.
  public var start: SIMD3<Int>
  /// Voxels along each axis.
  public var shape: SIMD3<Int>

  public init(start: SIMD3<Int>, shape: SIMD3<Int>) {
    precondition(shape.x > 0 && shape.y > 0 && shape.z > 0, "a window has at least one voxel along each axis")
    self.start = start
    self.shape = shape
  }

  /// The window of a shape around the middle of a grid; of an odd rest, one voxel more goes at the end.
  public init(centredIn grid: Grid, shape: SIMD3<Int>) {
    var start = SIMD3<Int>.zero
    // Shifted right, not divided: -3 becomes -2, as much outside of a small grid as inside of a large one.
    for axis in 0..<3 { start[axis] = (grid.shape[axis] - shape[axis]) >> 1 }
    self.init(start: start, shape: shape)
  }

  /// The smallest window around the labels above 0, wider by `margin` voxels on every side; `nil` without any.
  public init?(around mask: LabelMap, margin: Int = 0) {
    let size = mask.grid.shape
    var (low, high) = (size, SIMD3(repeating: -1))
    var index = 0
    for k in 0..<size.z {
      for j in 0..<size.y {
        for i in 0..<size.x {
          if mask.labels[index] > 0 {
            low = SIMD3(min(low.x, i), min(low.y, j), min(low.z, k))
            high = SIMD3(max(high.x, i), max(high.y, j), max(high.z, k))
          }
          index += 1
        }
      }
    }
    guard high.x >= 0, (high &- low &+ 1 &+ 2 * margin).min() > 0 else { return nil }
    self.init(start: low &- margin, shape: high &- low &+ 1 &+ 2 &* margin)
  }

  /// The window that leads from one grid to another whose voxels are the same, apart from which of them it has;
  /// `nil` where they lie elsewhere.
  ///
  /// Corners may be a ten-thousandth of a voxel off: above the rounding of affines that went through a float32
  /// header, and below what interpolation could show.
  public init?(from source: Grid, to target: Grid) {
    guard let steps = source.affine.inverse?.composed(after: target.affine) else { return nil }
    let first = steps.origin.rounded(.toNearestOrAwayFromZero)
    guard max(abs(first.x), abs(first.y), abs(first.z)) < Double(Int32.max) else { return nil }
    for corner in target.corners {
      let miss = steps(corner) - first - corner
      guard max(abs(miss.x), abs(miss.y), abs(miss.z)) < 1e-4 else { return nil }
    }
    self.init(start: SIMD3<Int>(first), shape: target.shape)
  }

  /// The grid of what is seen through the window.
  public func callAsFunction(_ grid: Grid) -> Grid {
    var result = Grid(shape: shape, affine: grid.affine)
    result.affine.origin = grid.affine(SIMD3<Double>(start))
    return result
  }

  /// The volume cropped and padded; added voxels are `outside`.
  public func callAsFunction(_ volume: Volume, outside: Float = 0) -> Volume {
    Volume(grid: self(volume.grid), voxels: cut(volume.voxels, volume.grid.shape, outside))
  }

  /// The labels cropped and padded; added voxels are 0.
  public func callAsFunction(_ map: LabelMap) -> LabelMap {
    LabelMap(grid: self(map.grid), labels: cut(map.labels, map.grid.shape, 0))
  }

  /// The window that leads from the result back to the grid; what was cropped comes back empty.
  public func inverse(for grid: Grid) -> Window { Window(start: SIMD3.zero &- start, shape: grid.shape) }

  private func cut<Element>(_ elements: [Element], _ size: SIMD3<Int>, _ outside: Element) -> [Element] {
    var result = [Element](repeating: outside, count: shape.x * shape.y * shape.z)
    let (first, end) = (max(start.x, 0), min(start.x + shape.x, size.x))
    guard first < end else { return result }
    for k in max(start.z, 0)..<max(start.z, 0, min(start.z + shape.z, size.z)) {
      for j in max(start.y, 0)..<max(start.y, 0, min(start.y + shape.y, size.y)) {
        let from = size.x * (j + size.y * k)
        let to = shape.x * (j - start.y + shape.y * (k - start.z)) - start.x
        for i in first..<end { result[to + i] = elements[from + i] }
      }
    }
    return result
  }
}
