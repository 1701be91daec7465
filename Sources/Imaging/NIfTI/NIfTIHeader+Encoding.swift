import CNIfTI

extension NIfTIHeader {
  /// The code of the form that `grid` was taken from: which world its mm belong to. 1 (scanner) for none.
  fileprivate var spaceCode: Int {
    switch gridSource {
    case .sform: sformCode
    case .qform: qformCode
    case .pixdim: 1
    }
  }
}

/// What a written header says besides the grid.
struct NIfTIEncoding {
  var datatype: NIfTIDatatype
  var slope: Float = 1
  var intercept: Float = 0
  /// Upper end of the display range, 0 for none.
  var displayMaximum: Float = 0

  /// Header and empty extension flag, 352 bytes, little endian, for voxels on `grid`.
  ///
  /// Where `source` lies on the same grid, its axes, forms, codes and voxel sizes are written as they were found, so
  /// that software which prefers the qform and software which prefers the sform both see the source's place.
  func header(grid: Grid, like source: NIfTIHeader?) throws(NIfTIError.Reason) -> [UInt8] {
    let shape = grid.shape
    guard max(shape.x, shape.y, shape.z) <= Int(Int16.max) else { throw .unwritableShape(shape) }
    var raw = nifti_1_header()
    raw.sizeof_hdr = Int32(NIfTIHeader.size)
    raw.dim = (3, Int16(shape.x), Int16(shape.y), Int16(shape.z), 1, 1, 1, 1)
    raw.datatype = Int16(datatype.rawValue)
    raw.bitpix = Int16(8 * datatype.bytes)
    raw.vox_offset = Float(NIfTIHeader.size + 4)
    raw.scl_slope = slope
    raw.scl_inter = intercept
    raw.cal_max = displayMaximum
    raw.xyzt_units = CChar(NIFTI_UNITS_MM)
    raw.magic = (0x6e, 0x2b, 0x31, 0)  // n+1
    withUnsafeMutableBytes(of: &raw.descrip) { $0.copyBytes(from: "grisea".utf8) }
    if let source, source.grid.matches(grid) {
      Self.setForms(of: &raw, like: source)
    } else {
      Self.setForms(of: &raw, from: grid.affine, code: source?.spaceCode ?? 1)
    }
    if Int(1).littleEndian != 1 { swap_nifti_header(&raw, 1) }
    return withUnsafeBytes(of: raw) { Array($0) } + [0, 0, 0, 0]
  }

  private static func setForms(of raw: inout nifti_1_header, like source: NIfTIHeader) {
    raw.qform_code = Int16(source.qformCode)
    raw.sform_code = Int16(source.sformCode)
    setQuaternion(of: &raw, to: source.quaternion, offset: source.quaternionOffset)
    // An unusable sform keeps no rows, and must not claim a code.
    if let sform = source.sform {
      (raw.srow_x, raw.srow_y, raw.srow_z) = sform.rows
    } else {
      raw.sform_code = 0
    }
    if source.qform == nil { raw.qform_code = 0 }
    let sizes = source.pixdim
    raw.pixdim = (sizes[0], sizes[1], sizes[2], sizes[3], 0, 0, 0, 0)
    // A series of one time point stays one, so that array shapes agree in other software. Axes that are not
    // counted are 1 already.
    raw.dim.0 = Int16(source.dimensions.count)
    if source.units & 7 != 0 { raw.xyzt_units = CChar(source.units & 7) }
  }

  /// Both forms, the qform only where a rotation and voxel sizes can express the affine.
  private static func setForms(of raw: inout nifti_1_header, from affine: Affine, code: Int) {
    raw.sform_code = Int16(code)
    (raw.srow_x, raw.srow_y, raw.srow_z) = affine.rows
    let (quaternion, qfac) = affine.quaternion
    let spacing = SIMD3<Float>(affine.spacing)
    raw.pixdim = (qfac, spacing.x, spacing.y, spacing.z, 0, 0, 0, 0)
    guard affine.shear < NIfTIHeader.shearTolerance else { return }
    raw.qform_code = Int16(code)
    setQuaternion(of: &raw, to: quaternion, offset: SIMD3<Float>(affine.origin))
  }

  private static func setQuaternion(
    of raw: inout nifti_1_header, to quaternion: SIMD3<Float>, offset: SIMD3<Float>
  ) {
    (raw.quatern_b, raw.quatern_c, raw.quatern_d) = (quaternion.x, quaternion.y, quaternion.z)
    (raw.qoffset_x, raw.qoffset_y, raw.qoffset_z) = (offset.x, offset.y, offset.z)
  }
}
