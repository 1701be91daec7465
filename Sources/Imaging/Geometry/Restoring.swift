extension Volume {
  /// This volume, known on a reoriented or resampled grid, on the grid of the scan it came from.
  ///
  /// Where the grids differ only in the order and direction of their axes, or in what was cropped and padded, the
  /// voxels are put back unchanged, else they are interpolated: linear is right for probabilities, which it keeps
  /// within 0...1. What was cropped is 0.
  public func restored(onto source: Grid, interpolation: Interpolation = .linear) -> Volume {
    reoriented(to: Orientation(source.affine)).resampled(onto: source, interpolation: interpolation)
  }
}

extension LabelMap {
  /// As `Volume.restored(onto:)`, taking the nearest label. Prefer to restore probabilities and decide there.
  public func restored(onto source: Grid) -> LabelMap {
    reoriented(to: Orientation(source.affine)).resampled(onto: source)
  }

  /// The most probable class of each voxel: the index in `probabilities`, the lower of two that are equal.
  ///
  /// All volumes lie on the same grid. A voxel outside of the field of view, where all are 0, is class 0.
  public init(mostProbable probabilities: [Volume]) {
    guard let first = probabilities.first else { preconditionFailure("at least one class is needed") }
    precondition(
      probabilities.allSatisfy { $0.grid.shape == first.grid.shape }, "all classes lie on the same grid")
    var best = first.voxels
    var labels = [UInt16](repeating: 0, count: best.count)
    for (label, volume) in probabilities.enumerated().dropFirst() {
      for index in labels.indices where volume.voxels[index] > best[index] {
        best[index] = volume.voxels[index]
        labels[index] = UInt16(label)
      }
    }
    self.init(grid: first.grid, labels: labels)
  }
}
