import CNIfTI

/// The fields of a written header besides the grid.
struct NIfTIEncoding {
  /// The storage type of the voxels.
  var datatype: NIfTIDatatype
  /// A stored value v means `slope·v + intercept`.
  var slope: Float = 1
  var intercept: Float = 0
  /// The upper end of the display range, or 0 for none.
  var displayMaximum: Float = 0

  /// Returns header, extension flag and extensions in little-endian order, for voxels on `grid`.
  ///
  /// The format is NIfTI-1, or NIfTI-2 if the source has it or an axis has more voxels than NIfTI-1 can count. If
  /// `source` lies on the same grid, its axes, forms, codes and voxel sizes are copied, so that software that prefers
  /// the qform and software that prefers the sform see the same positions as in the source.
  /// - Parameters:
  ///   - grid: The grid of the voxels.
  ///   - source: The header of the file that the voxels were made from.
  ///   - isPair: Whether the voxels are written to a separate file, from its first byte on.
  func header(
    grid: Grid, like source: NIfTIHeader?, isPair: Bool = false
  ) throws(NIfTIError.Reason) -> [UInt8] {
    let isLong = [grid.shape.x, grid.shape.y, grid.shape.z].contains { $0 > Int(Int16.max) }
    let geometry =
      if let source, source.grid.matches(grid), ![.analyze, .mgh].contains(source.format) {
        HeaderGeometry(like: source)
      } else {
        HeaderGeometry(grid, code: source?.spaceCode ?? 1)
      }
    let extensions = NIfTIExtension.encode(source?.extensions ?? [])
    let offset = isPair ? nil : extensions.count
    return source?.format == .nifti2 || isLong
      ? nifti2(geometry, offset) + extensions : nifti1(geometry, offset) + extensions
  }

  /// Returns a NIfTI-1 header. `extensionBytes` is the number of bytes between header and voxels, or `nil` for a pair.
  private func nifti1(_ geometry: HeaderGeometry, _ extensionBytes: Int?) -> [UInt8] {
    var raw = nifti_1_header()
    raw.sizeof_hdr = Int32(NIfTIFormat.nifti1.headerSize)
    raw.magic = (0x6e, extensionBytes == nil ? 0x69 : 0x2b, 0x31, 0)  // ni1 or n+1
    set(&raw.dim, geometry.dim.map { Int16(clamping: $0) })
    set(&raw.pixdim, geometry.pixdim.map { Float($0) })
    raw.datatype = Int16(datatype.rawValue)
    raw.bitpix = Int16(8 * datatype.bytes)
    raw.vox_offset = extensionBytes.map { Float(NIfTIFormat.nifti1.headerSize + $0) } ?? 0
    (raw.scl_slope, raw.scl_inter, raw.cal_max) = (slope, intercept, displayMaximum)
    raw.xyzt_units = CChar(bitPattern: geometry.units)
    set(&raw.descrip, Array("grisea".utf8))
    (raw.qform_code, raw.sform_code) = (
      Int16(clamping: geometry.qformCode), Int16(clamping: geometry.sformCode)
    )
    (raw.quatern_b, raw.quatern_c, raw.quatern_d) = singles(geometry.quaternion)
    (raw.qoffset_x, raw.qoffset_y, raw.qoffset_z) = singles(geometry.quaternionOffset)
    raw.srow_x = singles(geometry.sform.row(0))
    raw.srow_y = singles(geometry.sform.row(1))
    raw.srow_z = singles(geometry.sform.row(2))
    if Int(1).littleEndian != 1 { swap_nifti_header(&raw, 1) }
    return withUnsafeBytes(of: raw) { Array($0) }
  }

  /// Returns a NIfTI-2 header. `extensionBytes` is the number of bytes between header and voxels, or `nil` for a pair.
  private func nifti2(_ geometry: HeaderGeometry, _ extensionBytes: Int?) -> [UInt8] {
    var raw = nifti_2_header()
    raw.sizeof_hdr = Int32(NIfTIFormat.nifti2.headerSize)
    // The line ends in the signature reveal a transfer in text mode, which damages the file.
    raw.magic = (0x6e, extensionBytes == nil ? 0x69 : 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a)
    set(&raw.dim, geometry.dim.map { Int64($0) })
    set(&raw.pixdim, geometry.pixdim)
    raw.datatype = Int16(datatype.rawValue)
    raw.bitpix = Int16(8 * datatype.bytes)
    raw.vox_offset = extensionBytes.map { Int64(NIfTIFormat.nifti2.headerSize + $0) } ?? 0
    (raw.scl_slope, raw.scl_inter, raw.cal_max) = (Double(slope), Double(intercept), Double(displayMaximum))
    raw.xyzt_units = Int32(geometry.units)
    set(&raw.descrip, Array("grisea".utf8))
    (raw.qform_code, raw.sform_code) = (Int32(geometry.qformCode), Int32(geometry.sformCode))
    let (quaternion, offset) = (geometry.quaternion, geometry.quaternionOffset)
    (raw.quatern_b, raw.quatern_c, raw.quatern_d) = (quaternion.x, quaternion.y, quaternion.z)
    (raw.qoffset_x, raw.qoffset_y, raw.qoffset_z) = (offset.x, offset.y, offset.z)
    raw.srow_x = geometry.sform.row(0)
    raw.srow_y = geometry.sform.row(1)
    raw.srow_z = geometry.sform.row(2)
    if Int(1).littleEndian != 1 { swap_nifti_header(&raw, 2) }
    return withUnsafeBytes(of: raw) { Array($0) }
  }
}

/// Sets the first elements of an array that C declares inside a struct and Swift imports as a tuple.
private func set<Tuple, Element: BitwiseCopyable>(_ tuple: inout Tuple, _ values: [Element]) {
  withUnsafeMutableBytes(of: &tuple) { raw in values.withUnsafeBytes { raw.copyBytes(from: $0) } }
}

private func singles(_ v: SIMD3<Double>) -> (Float, Float, Float) { (Float(v.x), Float(v.y), Float(v.z)) }

private func singles(_ row: (Double, Double, Double, Double)) -> (Float, Float, Float, Float) {
  (Float(row.0), Float(row.1), Float(row.2), Float(row.3))
}

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
    case .pixdim, .matrix, .mgh: 1
    }
  }
}
