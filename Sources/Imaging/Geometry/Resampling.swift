/// How a value between voxels is found.
public enum Interpolation: String, Codable, CaseIterable, Sendable {
  case linear, nearest
  /// A cubic B-spline through the voxels: sharper than linear, and can pass their range at edges.
  case cubic
}

extension Grid {
  /// Voxels along an axis at most.
  private static let mostVoxels = 262_144.0

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
      // No memory holds more than the limit, and beyond it numbers of voxels could not be counted.
      result.shape[axis] = Int(max(1, min(voxels[axis], Self.mostVoxels)))
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
  /// Where the target's voxels are larger than the source's, nothing is averaged first: call
  /// `smoothed(for:)` before. Where both have the same voxels, cropped or padded, these are kept to the bit.
  public func resampled(onto target: Grid, interpolation: Interpolation = .linear) -> Volume {
    if target == grid { return self }
    if let window = Window(from: grid, to: target) {
      return Volume(grid: target, voxels: window(self).voxels)
    }
    let path = PullBack(from: grid, to: target)
    let result =
      switch interpolation {
      case .linear: path.linear(voxels)
      case .nearest: path.nearest(voxels, outside: 0)
      case .cubic: path.cubic(voxels)
      }
    return Volume(grid: target, voxels: result)
  }
}

extension LabelMap {
  /// The label of the nearest voxel at each voxel centre of another grid; 0 outside.
  public func resampled(onto target: Grid) -> LabelMap {
    if target == grid { return self }
    let path = PullBack(from: grid, to: target)
    return LabelMap(grid: target, labels: path.nearest(labels, outside: 0))
  }
}
