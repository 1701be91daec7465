extension NIfTIHeader {
  /// The voxel sizes in mm that are usual for a scan of a human head.
  static let usualVoxelSize = 0.2...8.0
  /// The fields of view in mm that are usual for a scan of a human head.
  private static let usualFieldOfView = 80.0...500.0
  /// The distance in mm between corners of the two forms above which the forms disagree. Smaller distances are
  /// rounding.
  private static let formTolerance = 0.05
  /// The cosine between two axes above which the affine counts as sheared.
  static let shearTolerance = 1e-3
  /// The squared length of a float32 quaternion can exceed 1 by its rounding. nibabel allows the same.
  private static let quaternionTolerance = 3 * Double(Float.ulpOfOne)

  /// Returns warnings about the geometry.
  func doubts() -> [NIfTIWarning] {
    var doubts: [NIfTIWarning] = []
    if gridSource == .matrix {
      // The .mat file of SPM gives the positions, so that nothing is uncertain.
    } else if format == .analyze {
      doubts.append(.analyze)
    } else if gridSource == .pixdim {
      doubts.append(.noOrientation)
    }
    if sformCode > 0 && sform == nil { doubts.append(.unusableForm(.sform)) }
    if qformCode > 0 && qform == nil { doubts.append(.unusableForm(.qform)) }
    if let sform, let qform {
      let distance = grid.corners.map { length(sform($0) - qform($0)) }.max() ?? 0
      if distance > Self.formTolerance { doubts.append(.formsDisagree(millimetres: distance)) }
    }
    doubts += pixdimDoubts()
    switch units & 7 {
    case 1: doubts.append(.unit(name: "metres", isConverted: millimetresPerUnit != 1))
    case 3: doubts.append(.unit(name: "micrometres", isConverted: millimetresPerUnit != 1))
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

  /// Returns warnings about voxel sizes, qfac and quaternion, if they are used.
  private func pixdimDoubts() -> [NIfTIWarning] {
    guard qformCode > 0 || gridSource == .pixdim else { return [] }
    var doubts: [NIfTIWarning] = []
    for axis in 1...3 where !(pixdim[axis] > 0 && pixdim[axis].isFinite) {
      doubts.append(.voxelSize(axis: axis, found: pixdim[axis]))
    }
    guard qformCode > 0 else { return doubts }
    if abs(pixdim[0]) != 1 { doubts.append(.qfac(found: pixdim[0])) }
    let squared = (quaternion * quaternion).sum()
    if squared > 1 + Self.quaternionTolerance { doubts.append(.quaternion(length: squared.squareRoot())) }
    return doubts
  }
}

extension Grid {
  /// The voxel indices of the eight corner voxels.
  var corners: [SIMD3<Double>] {
    let last = SIMD3<Double>(shape &- 1)
    return (0..<8).map { [$0 & 1 == 0 ? 0 : last.x, $0 & 2 == 0 ? 0 : last.y, $0 & 4 == 0 ? 0 : last.z] }
  }
}

extension ClosedRange<Double> {
  /// Returns whether the range contains the magnitudes of all three components.
  func containsAll(of size: SIMD3<Double>) -> Bool {
    contains(abs(size.x)) && contains(abs(size.y)) && contains(abs(size.z))
  }
}

private func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }
