import Numerics

/// A box of voxels relative to a grid. It crops where it ends inside the grid, and pads where it extends beyond it.
///
/// Voxels keep their positions in the world, and nothing is interpolated.
public struct Window: Hashable, Codable, Sendable {
  /// The index in the grid of the window's first voxel. It is negative if voxels are added.
  public var start: SIMD3<Int>
  /// The numbers of voxels along each axis.
  public var shape: SIMD3<Int>

  /// Makes a window with at least one voxel along each axis.
  public init(start: SIMD3<Int>, shape: SIMD3<Int>) {
    precondition(
      shape.x > 0 && shape.y > 0 && shape.z > 0, "a window needs at least one voxel along each axis")
    self.start = start
    self.shape = shape
  }

  /// Makes the window of a shape around the middle of a grid. With an odd difference one voxel more is at the end.
  public init(centredIn grid: Grid, shape: SIMD3<Int>) {
    var start = SIMD3<Int>.zero
    // The shift rounds down: -3 becomes -2, so that small and large grids are treated alike.
    for axis in 0..<3 { start[axis] = (grid.shape[axis] - shape[axis]) >> 1 }
    self.init(start: start, shape: shape)
  }

  /// Makes the smallest window around the labels above 0, extended by `margin` voxels on every side. Returns `nil` if
  /// no label is above 0.
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

  /// Makes the window from one grid to another that consists of the same voxels, cropped or padded. Returns `nil` if
  /// the voxels lie at other positions.
  ///
  /// The corners may differ by a ten-thousandth of a voxel. This is above the rounding of affines in a float32 header,
  /// and below any visible effect of interpolation.
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

  /// Returns the grid of the window's voxels.
  public func callAsFunction(_ grid: Grid) -> Grid {
    var result = Grid(shape: shape, affine: grid.affine)
    result.affine.origin = grid.affine(SIMD3<Double>(start))
    return result
  }

  /// Returns the volume cropped and padded. Added voxels have the value `outside`.
  public func callAsFunction(_ volume: Volume, outside: Float = 0) -> Volume {
    Volume(grid: self(volume.grid), voxels: cut(volume.voxels, volume.grid.shape, outside))
  }

  /// Returns the label map cropped and padded. Added voxels are 0.
  public func callAsFunction(_ map: LabelMap) -> LabelMap {
    LabelMap(grid: self(map.grid), labels: cut(map.labels, map.grid.shape, 0))
  }

  /// Returns the window from the result back to the grid. Voxels that were cropped are padded again.
  public func inverse(for grid: Grid) -> Window { Window(start: SIMD3.zero &- start, shape: grid.shape) }

  private func cut<Element: BitwiseCopyable>(
    _ elements: [Element], _ size: SIMD3<Int>, _ outside: Element
  ) -> [Element] {
    let (first, end) = (max(start.x, 0), min(start.x + shape.x, size.x))
    let rows = max(start.y, 0)..<max(start.y, 0, min(start.y + shape.y, size.y))
    let planeCount = shape.x * shape.y
    return [Element](unsafeUninitializedCapacity: planeCount * shape.z) { target, filled in
      elements.withUnsafeBufferPointer { source in
        ParallelLoop.forEach(over: shape.z, size: 8) { planes in
          for plane in planes {
            target.extracting(plane * planeCount..<(plane + 1) * planeCount).initialize(repeating: outside)
            let k = plane + start.z
            guard first < end, (0..<size.z).contains(k) else { continue }
            for j in rows {
              let from = size.x * (j + size.y * k)
              let to = shape.x * (j - start.y + shape.y * plane) - start.x
              for i in first..<end { target[to + i] = source[from + i] }
            }
          }
        }
      }
      filled = planeCount * shape.z
    }
  }
}
