extension LabelMap {
  /// Returns the mask (1) of the voxels above 0 with all neighbours above 0. Voxels outside the grid count as 0.
  ///
  /// The result is that of `scipy.ndimage.binary_erosion` with `generate_binary_structure(3, 1...3)` and border value
  /// 0.
  public func eroded(_ iterations: Int = 1, connectivity: Connectivity = .faces) -> LabelMap {
    var mask = PaddedMask(self)
    for _ in 0..<iterations { mask.replace(byGreatest: false, of: connectivity) }
    return mask.labelMap
  }

  /// Returns the mask (1) of the voxels that are above 0 or have a neighbour above 0, as
  /// `scipy.ndimage.binary_dilation`.
  public func dilated(_ iterations: Int = 1, connectivity: Connectivity = .faces) -> LabelMap {
    var mask = PaddedMask(self)
    for _ in 0..<iterations { mask.replace(byGreatest: true, of: connectivity) }
    return mask.labelMap
  }

  /// Returns the mask (1) of the voxels above 0 and of the voxels enclosed by them. A voxel is enclosed if no path over
  /// faces of voxels that are 0 connects it with the outside of the grid, as in `scipy.ndimage.binary_fill_holes`.
  public func holesFilled() -> LabelMap {
    var mask = PaddedMask(self)
    mask.fillHoles()
    return mask.labelMap
  }
}

extension Connectivity {
  /// The steps to all neighbours.
  var steps: [SIMD3<Int>] {
    let largestSum = self == .faces ? 1 : self == .edges ? 2 : 3
    var steps: [SIMD3<Int>] = []
    for k in -1...1 {
      for j in -1...1 {
        for i in -1...1 where (1...largestSum).contains(abs(i) + abs(j) + abs(k)) { steps.append([i, j, k]) }
      }
    }
    return steps
  }
}
