extension NIfTIHeader {
  /// Sizes in mm outside of which a scan of a human head is unusual.
  private static let usualVoxelSize = 0.2...8.0
  private static let usualFieldOfView = 80.0...500.0
  /// Corners of the two forms further apart than this (mm) are reported; closer is rounding.
  private static let formTolerance = 0.05
  /// Cosine between two axes above which the affine counts as sheared.
  static let shearTolerance = 1e-3

  /// What is doubtful about the geometry.
  func doubts() -> [NIfTIWarning] {
    var doubts: [NIfTIWarning] = []
    if sformCode > 0 && sform == nil { doubts.append(.unusableForm(.sform)) }
    if qformCode > 0 && qform == nil { doubts.append(.unusableForm(.qform)) }
    if let sform, let qform {
      let distance = grid.corners.map { length(sform($0) - qform($0)) }.max() ?? 0
      if distance > Self.formTolerance { doubts.append(.formsDisagree(millimetres: distance)) }
    }
    switch units & 7 {
    case 1: doubts.append(.unit(name: "metres"))
    case 3: doubts.append(.unit(name: "micrometres"))
    default: break
    }
    if dimensions.count < 3 { doubts.append(.notThreeDimensional(axes: dimensions.count)) }
    if grid.affine.shear > Self.shearTolerance { doubts.append(.shear) }
    let spacing = grid.affine.spacing
    let extent = spacing * SIMD3<Double>(grid.shape)
    if !Self.usualVoxelSize.containsAll(of: spacing) { doubts.append(.unusualVoxelSize(spacing)) }
    if !Self.usualFieldOfView.containsAll(of: extent) { doubts.append(.unusualFieldOfView(extent)) }
    return doubts
  }
}

extension Grid {
  /// Voxel indices of the eight corner voxels.
  var corners: [SIMD3<Double>] {
    let last = SIMD3<Double>(shape &- 1)
    return (0..<8).map { [$0 & 1 == 0 ? 0 : last.x, $0 & 2 == 0 ? 0 : last.y, $0 & 4 == 0 ? 0 : last.z] }
  }
}

extension ClosedRange<Double> {
  fileprivate func containsAll(of size: SIMD3<Double>) -> Bool {
    contains(size.x) && contains(size.y) && contains(size.z)
  }
}

private func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }
