/// How a value between voxels is found.
public enum Interpolation: String, Codable, CaseIterable, Sendable {
  case linear, nearest
}

extension Grid {
  /// A grid with this one's axes and another spacing (mm), around the same middle and over at least the same
  /// field of view: shape = ⌈shape · old spacing / new spacing⌉.
  ///
  /// A quotient above a whole number by less than a thousandth of a voxel counts as that number, so that
  /// float32 rounding in a header adds no slice.
  public func resampled(spacing: SIMD3<Double>) -> Grid {
    precondition(spacing.min() > 0, "a spacing is a length above 0")
    let old = affine.spacing
    let voxels = (SIMD3<Double>(shape) * old / spacing - 1e-3).rounded(.up)
    var result = self
    for axis in 0..<3 {
      result.shape[axis] = max(1, Int(voxels[axis]))
      result.affine[axis: axis] = affine[axis: axis] * (spacing[axis] / old[axis])
    }
    let middle = affine(SIMD3<Double>(shape &- 1) / 2)
    result.affine.origin = middle - result.affine.linear(SIMD3<Double>(result.shape &- 1) / 2)
    return result
  }
}

extension Volume {
  /// The volume as seen at the voxel centres of another grid, by way of both affines.
  ///
  /// A voxel reaches half a voxel around its centre: within that the border's value goes on, beyond it is 0.
  /// Where the target's voxels are larger than the source's, nothing is averaged first.
  public func resampled(onto target: Grid, interpolation: Interpolation = .linear) -> Volume {
    if target == grid { return self }
    let path = PullBack(from: grid, to: target)
    let result = voxels.withUnsafeBufferPointer { source in
      switch interpolation {
      case .linear: path.fill(background: 0) { path.linear(source, at: $0) }
      case .nearest: path.fill(background: 0) { source[path.nearest(at: $0)] }
      }
    }
    return Volume(grid: target, voxels: result)
  }
}

extension LabelMap {
  /// The label of the nearest voxel at each voxel centre of another grid; 0 outside.
  public func resampled(onto target: Grid) -> LabelMap {
    if target == grid { return self }
    let path = PullBack(from: grid, to: target)
    let result = labels.withUnsafeBufferPointer { source in
      path.fill(background: 0) { source[path.nearest(at: $0)] }
    }
    return LabelMap(grid: target, labels: result)
  }
}

/// Target voxel → source voxel, and the values found there.
private struct PullBack {
  private let shape: SIMD3<Int>
  private let target: SIMD3<Int>
  /// Target voxel → source voxel, real-valued.
  private let map: Affine
  private let last: SIMD3<Double>

  /// Distance in voxels by which a centre may lie outside and still count as on the border: rounding of
  /// composed affines, far below anything visible.
  private static let tolerance = 1e-6

  init(from source: Grid, to target: Grid) {
    guard let inverse = source.affine.inverse else { preconditionFailure("a grid's affine can be inverted") }
    shape = source.shape
    self.target = target.shape
    map = inverse.composed(after: target.affine)
    last = SIMD3<Double>(source.shape &- 1)
  }

  /// Calls `value` with the source position of each target voxel inside the source, row by row.
  @inline(__always)
  func fill<Element>(background: Element, _ value: (SIMD3<Double>) -> Element) -> [Element] {
    let count = target.x * target.y * target.z
    return [Element](unsafeUninitializedCapacity: count) { output, filled in
      Slabs.forEach(over: target.z, size: 4) { slices in
        for k in slices {
          for j in 0..<target.y {
            let row = map([0, Double(j), Double(k)])
            let inside = columnsInside(row: row)
            let first = target.x * (j + target.y * k)
            for i in 0..<inside.lowerBound { output.initializeElement(at: first + i, to: background) }
            for i in inside {
              // Multiplied rather than accumulated: rounding does not grow along the row.
              let position = row + map.i * Double(i)
              output.initializeElement(
                at: first + i, to: value(position.clamped(lowerBound: .zero, upperBound: last)))
            }
            for i in inside.upperBound..<target.x { output.initializeElement(at: first + i, to: background) }
          }
        }
      }
      filled = count
    }
  }

  /// Columns i of a row whose positions `row + map.i·i` lie within half a voxel of the source.
  private func columnsInside(row: SIMD3<Double>) -> Range<Int> {
    var low = 0.0
    var high = Double(target.x - 1)
    for axis in 0..<3 {
      let lower = -0.5 - Self.tolerance - row[axis]
      let upper = last[axis] + 0.5 + Self.tolerance - row[axis]
      let step = map.i[axis]
      if abs(step) < 1e-12 {
        if lower > 0 || upper < 0 { return 0..<0 }
      } else {
        low = max(low, (min(lower / step, upper / step)).rounded(.up))
        high = min(high, (max(lower / step, upper / step)).rounded(.down))
      }
    }
    return low <= high ? Int(low)..<Int(high) + 1 : 0..<0
  }

  /// Offset of the voxel whose centre is nearest; `position` is within the source's centres.
  @inline(__always)
  func nearest(at position: SIMD3<Double>) -> Int {
    let voxel = SIMD3<Int>(truncatingIfNeeded: SIMD3<Int32>(position + 0.5))
    return voxel.x + shape.x * (voxel.y + shape.y * voxel.z)
  }

  /// Trilinear interpolation between the eight voxels around `position`.
  @inline(__always)
  func linear(_ source: UnsafeBufferPointer<Float>, at position: SIMD3<Double>) -> Float {
    let base = SIMD3<Int32>(position)
    let fraction = SIMD3<Float>(position - SIMD3<Double>(base))
    let (x, y, z) = (Int(base.x), Int(base.y), Int(base.z))
    // At the last centre the fraction is 0, and the neighbour beyond it must not be read.
    let dx = x + 1 < shape.x ? 1 : 0
    let dy = y + 1 < shape.y ? shape.x : 0
    let dz = z + 1 < shape.z ? shape.x * shape.y : 0
    let at = x + shape.x * (y + shape.y * z)
    func along(_ offset: Int) -> Float {
      source[offset] + fraction.x * (source[offset + dx] - source[offset])
    }
    let near = along(at) + fraction.y * (along(at + dy) - along(at))
    let far = along(at + dz) + fraction.y * (along(at + dz + dy) - along(at + dz))
    return near + fraction.z * (far - near)
  }
}
