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
