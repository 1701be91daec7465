extension LabelMap {
  /// The voxels above 0 whose neighbours are all above 0, as 1; outside of the grid there is nothing.
  ///
  /// As `scipy.ndimage.binary_erosion` with `generate_binary_structure(3, 1...3)` and border value 0.
  public func eroded(_ iterations: Int = 1, connectivity: Connectivity = .faces) -> LabelMap {
    var mask = PaddedMask(self)
    for _ in 0..<iterations { mask.replace(byGreatest: false, of: connectivity) }
    return mask.labelMap
  }

  /// The voxels that are above 0 or have a neighbour above 0, as 1: `scipy.ndimage.binary_dilation`.
  public func dilated(_ iterations: Int = 1, connectivity: Connectivity = .faces) -> LabelMap {
    var mask = PaddedMask(self)
    for _ in 0..<iterations { mask.replace(byGreatest: true, of: connectivity) }
    return mask.labelMap
  }

  /// The voxels above 0 and those that they enclose, as 1: what no path over faces of voxels that are 0
  /// connects with the outside of the grid. `scipy.ndimage.binary_fill_holes`.
  public func holesFilled() -> LabelMap {
    var mask = PaddedMask(self)
    mask.fillHoles()
    return mask.labelMap
  }
}

extension Connectivity {
  /// Steps to all neighbours.
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
