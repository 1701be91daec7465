import CNIfTI

extension NIfTIHeader {
  /// Reads the first 348 bytes of a file, of either byte order.
  ///
  /// libnifti swaps bytes and turns quaternions into matrices; every fact is then checked here, because
  /// libnifti mends bad headers silently (a `dim` of 0 becomes 1, a bad `vox_offset` 348).
  init(bytes: [UInt8]) throws(NIfTIError.Reason) {
    var raw = nifti_1_header()
    withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes.prefix(Self.size)) }
    let isSwapped = try Self.isSwapped(raw, firstBytes: Array(bytes.prefix(16)))
    guard bytes.count >= Self.size else { throw .headerTruncated(found: bytes.count) }
    if isSwapped { swap_nifti_header(&raw, 1) }
    try Self.checkMagic(raw)

    dimensions = try Self.dimensions(of: raw)
    datatype = try Self.datatype(of: raw)
    voxelOffset = try Self.voxelOffset(of: raw)
    isBigEndian = isSwapped == (Int(1).littleEndian == 1)
    pixdim = elements(of: raw.pixdim)
    units = UInt8(bitPattern: raw.xyzt_units)
    description = text(of: raw.descrip)
    displayRange = raw.cal_max > raw.cal_min ? raw.cal_min...raw.cal_max : nil
    let scales = raw.scl_slope.isFinite && raw.scl_slope != 0
    slope = scales ? Double(raw.scl_slope) : 1
    intercept = scales && raw.scl_inter.isFinite ? Double(raw.scl_inter) : 0
    warnings = scales && !raw.scl_inter.isFinite ? [.nonFiniteIntercept] : []

    qformCode = Int(raw.qform_code)
    sformCode = Int(raw.sform_code)
    quaternion = [raw.quatern_b, raw.quatern_c, raw.quatern_d]
    quaternionOffset = [raw.qoffset_x, raw.qoffset_y, raw.qoffset_z]
    sform = raw.sform_code > 0 ? Affine(rows: raw.srow_x, raw.srow_y, raw.srow_z).invertible : nil
    qform =
      raw.qform_code > 0
      ? Affine(quaternion: quaternion, offset: quaternionOffset, pixdim: pixdim).invertible : nil

    let extent = dimensions + [1, 1]
    let shape = SIMD3(extent[0], extent[1], extent[2])
    let diagonal = Self.centred(shape: shape, pixdim: pixdim)
    gridSource = sform != nil ? .sform : qform != nil ? .qform : .pixdim
    grid = Grid(shape: shape, affine: sform ?? qform ?? diagonal.affine)
    if gridSource == .pixdim { warnings += [.noOrientation] + diagonal.warnings }
    warnings += doubts()
  }

  /// Bytes of voxels that the header promises.
  var voxelBytes: Int { grid.count * datatype.bytes }

  private static func isSwapped(
    _ raw: nifti_1_header, firstBytes: [UInt8]
  ) throws(NIfTIError.Reason) -> Bool {
    if firstBytes.isEmpty { throw .headerTruncated(found: 0) }
    switch raw.sizeof_hdr {
    case 348: return false
    case Int32(348).byteSwapped: return true
    case 540, Int32(540).byteSwapped: throw .nifti2
    default: throw .notNIfTI(firstBytes: firstBytes)
    }
  }

  private static func checkMagic(_ raw: nifti_1_header) throws(NIfTIError.Reason) {
    switch text(of: raw.magic) {
    case "n+1": return
    case "ni1": throw .pair
    default: throw .analyze
    }
  }

  private static func dimensions(of raw: nifti_1_header) throws(NIfTIError.Reason) -> [Int] {
    let dim = elements(of: raw.dim).map { (value: Int16) in Int(value) }
    guard (1...7).contains(dim[0]) else { throw .dimensions(dim) }
    let used = Array(dim[1...dim[0]])
    guard used.allSatisfy({ $0 > 0 }) else { throw .dimensions(dim) }
    if used.dropFirst(4).contains(where: { $0 > 1 }) { throw .vectors(dimensions: used) }
    if used.count > 3 && used[3] > 1 { throw .series(timePoints: used[3]) }
    // Three 15-bit numbers and 8 bytes per voxel fit into 48 + 3 bits, so the product cannot overflow Int.
    return used
  }

  private static func datatype(of raw: nifti_1_header) throws(NIfTIError.Reason) -> NIfTIDatatype {
    let code = Int(raw.datatype)
    if let name = NIfTIDatatype.unreadable[code] { throw .unsupportedDatatype(name: name) }
    guard let datatype = NIfTIDatatype(rawValue: code) else { throw .unknownDatatype(code: code) }
    guard Int(raw.bitpix) == 8 * datatype.bytes else {
      throw .bitsPerVoxel(found: Int(raw.bitpix), datatype: datatype)
    }
    return datatype
  }

  private static func voxelOffset(of raw: nifti_1_header) throws(NIfTIError.Reason) -> Int {
    // float32 counts whole bytes exactly up to 2²⁴; extensions beyond that would be misplaced.
    guard let offset = Int(exactly: raw.vox_offset), (size...1 << 24).contains(offset) else {
      throw .voxelOffset(Double(raw.vox_offset))
    }
    return offset
  }

  /// Voxel sizes on the diagonal, the middle of the grid at the origin.
  private static func centred(
    shape: SIMD3<Int>, pixdim: [Float]
  ) -> (affine: Affine, warnings: [NIfTIWarning]) {
    var spacing = SIMD3<Double>.one
    var warnings: [NIfTIWarning] = []
    for axis in 0..<3 {
      let found = Double(pixdim[axis + 1])
      if !(found > 0 && found.isFinite) { warnings.append(.voxelSize(axis: axis + 1, found: found)) }
      if found.isFinite && found != 0 { spacing[axis] = abs(found) }
    }
    let affine = Affine(spacing: spacing, origin: -spacing * SIMD3<Double>(shape &- 1) / 2)
    return (affine, warnings)
  }
}

/// Elements of an array that C declares inside a struct and Swift sees as a tuple.
func elements<Tuple, Element>(of tuple: Tuple) -> [Element] {
  withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: Element.self)) }
}

/// The characters before the first zero byte.
private func text<Tuple>(of tuple: Tuple) -> String {
  let bytes: [UInt8] = elements(of: tuple)
  return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}
