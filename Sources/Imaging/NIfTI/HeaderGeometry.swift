import CNIfTI

/// The fields of a header that determine the positions of voxels, in the unit that `units` declares.
struct HeaderGeometry {
  var dim: [Int]
  var pixdim: [Double]
  var units: UInt8
  var qformCode = 0
  var sformCode = 0
  var quaternion = SIMD3<Double>.zero
  var quaternionOffset = SIMD3<Double>.zero
  var sform = Affine(i: .zero, j: .zero, k: .zero, origin: .zero)

  /// Copies the fields of a source.
  init(like source: NIfTIHeader) {
    // A series of one time point stays a series, so that array shapes agree in other software.
    dim = [source.dimensions.count] + source.dimensions
    dim += Array(repeating: 1, count: 8 - dim.count)
    pixdim = Array(source.pixdim[0...3]) + [0, 0, 0, 0]
    units = source.units & 7 == 0 ? UInt8(NIFTI_UNITS_MM) : source.units & 7
    (quaternion, quaternionOffset) = (source.quaternion, source.quaternionOffset)
    // A form that cannot be used must not have a code above 0.
    if source.qform != nil { qformCode = source.qformCode }
    guard let form = source.sform else { return }
    sformCode = source.sformCode
    sform = source.millimetresPerUnit == 1 ? form : form.scaled(by: 1 / source.millimetresPerUnit)
  }

  /// Makes the fields for a grid. The qform is set only if a rotation and voxel sizes can express the affine.
  init(_ grid: Grid, code: Int) {
    let affine = grid.affine
    dim = [3, grid.shape.x, grid.shape.y, grid.shape.z, 1, 1, 1, 1]
    units = UInt8(NIFTI_UNITS_MM)
    (sformCode, sform) = (code, affine)
    let (quaternion, qfac) = affine.quaternion
    let spacing = affine.spacing
    pixdim = [qfac, spacing.x, spacing.y, spacing.z, 0, 0, 0, 0]
    guard affine.shear < NIfTIHeader.shearTolerance else { return }
    qformCode = code
    (self.quaternion, quaternionOffset) = (quaternion, affine.origin)
  }
}

extension NIfTIHeader {
  /// The code of the form that `grid` was taken from, which names the world space of its coordinates; 1 (scanner)
  /// without a form.
  var spaceCode: Int {
    switch gridSource {
    case .sform: sformCode
    case .qform: qformCode
    case .pixdim, .matrix: 1
    }
  }
}
