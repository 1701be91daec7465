import Numerics

/// The method of computing a value between voxels.
public enum Interpolation: String, Codable, CaseIterable, Sendable {
  /// Trilinear interpolation, and the value of the nearest voxel.
  case linear, nearest
  /// Cubic B-spline interpolation, which is sharper than linear and can leave the range of the voxels at edges.
  case cubic
}

extension Grid {
  /// The largest number of voxels along an axis. No memory could hold more.
  private static let mostVoxels = 262_144.0

  /// Returns a grid with the same axes and another spacing (mm), around the same middle and with at least the same
  /// field of view: shape = ⌈shape · old spacing / new spacing⌉.
  ///
  /// A quotient that exceeds a whole number by less than a thousandth of a voxel counts as that number, so that float32
  /// rounding in a header adds no slice.
  public func resampled(spacing: SIMD3<Double>) -> Grid {
    precondition(spacing.min() > 0, "a spacing must be above 0")
    let old = affine.spacing
    let voxels = (SIMD3<Double>(shape) * old / spacing - 1e-3).rounded(.up)
    var result = self
    for axis in 0..<3 {
      // The limit also keeps the conversion to an integer from overflowing.
      result.shape[axis] = Int(max(1, min(voxels[axis], Self.mostVoxels)))
      result.affine[axis: axis] = affine[axis: axis] * (spacing[axis] / old[axis])
    }
    let middle = affine(SIMD3<Double>(shape &- 1) / 2)
    result.affine.origin = middle - result.affine.linear(SIMD3<Double>(result.shape &- 1) / 2)
    return result
  }
}

extension Volume {
  /// Returns the volume at the voxel centres of another grid, by the affines of both grids.
  ///
  /// A voxel extends half a voxel around its centre. Within this border the outermost value is repeated, and beyond it
  /// the result is 0. No average is taken for larger target voxels: call `smoothed(for:)` first. Grids that differ only
  /// by cropping and padding keep their voxels exactly.
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
  /// Returns the nearest label at each voxel centre of another grid, and 0 outside.
  public func resampled(onto target: Grid) -> LabelMap {
    if target == grid { return self }
    let path = PullBack(from: grid, to: target)
    return LabelMap(grid: target, labels: path.nearest(labels, outside: 0))
  }
}

extension Volume {
  /// Returns the volume, which lies on a reoriented or resampled grid, on the grid of the scan that it was made from.
  ///
  /// If the grids differ only in the order and direction of their axes, or by cropping and padding, the voxels are
  /// returned unchanged. Otherwise they are interpolated. Linear interpolation keeps probabilities within 0...1. Voxels
  /// that were cropped are 0.
  public func restored(onto source: Grid, interpolation: Interpolation = .linear) -> Volume {
    reoriented(to: Orientation(source.affine)).resampled(onto: source, interpolation: interpolation)
  }
}

extension LabelMap {
  /// Returns the label map on the grid of the scan that it was made from, with the nearest label at each voxel. It is
  /// more accurate to restore probabilities and to decide on the scan's grid.
  public func restored(onto source: Grid) -> LabelMap {
    reoriented(to: Orientation(source.affine)).resampled(onto: source)
  }

  /// Makes the map of the most probable class of each voxel.
  ///
  /// The label is the index in `probabilities`. Of two equal probabilities the lower index is taken. Voxels outside the
  /// field of view, where all probabilities are 0, become class 0.
  /// - Parameter probabilities: One volume for each class, all on the same grid.
  public init(mostProbable probabilities: [Volume]) {
    guard let first = probabilities.first else { preconditionFailure("at least one class is needed") }
    precondition(
      probabilities.allSatisfy { $0.grid.shape == first.grid.shape }, "all classes must lie on the same grid")
    let count = first.voxels.count
    let labels = [UInt16](unsafeUninitializedCapacity: count) { labels, filled in
      labels.initialize(repeating: 0)
      // In ranges, so that the greatest probabilities stay in the cache.
      ParallelLoop.forEach(over: count, size: 1 << 14) { range in
        var best = Array(first.voxels[range])
        for (label, volume) in probabilities.enumerated().dropFirst() {
          let voxels = volume.voxels.span
          for index in range where voxels[index] > best[index - range.lowerBound] {
            best[index - range.lowerBound] = voxels[index]
            labels[index] = UInt16(label)
          }
        }
      }
      filled = count
    }
    self.init(grid: first.grid, labels: labels)
  }
}
