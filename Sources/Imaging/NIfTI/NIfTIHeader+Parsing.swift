extension NIfTIHeader {
  /// Checks all fields of a header. This is necessary because libnifti silently corrects bad fields (a `dim` of 0
  /// becomes 1, and a bad `vox_offset` becomes 348). The extensions are read separately.
  init(_ fields: HeaderFields) throws(NIfTIError.Reason) {
    format = fields.format
    isPair = fields.isPair
    extensions = []
    datatype = try Self.datatype(of: fields)
    dimensions = try Self.dimensions(of: fields)
    _ = try Self.bytes(of: dimensions, datatype)
    isBigEndian = fields.isSwapped == (Int(1).littleEndian == 1)
    pixdim = fields.pixdim
    units = fields.units
    description = fields.description
    displayRange = Self.displayRange(of: fields)
    (slope, intercept) = (1, 0)
    (qformCode, sformCode) = (fields.qformCode, fields.sformCode)
    (quaternion, quaternionOffset) = (fields.quaternion, fields.quaternionOffset)

    let extent = dimensions + [1, 1]
    let shape = SIMD3(extent[0], extent[1], extent[2])
    let foundSform = fields.sformCode > 0 ? fields.sform.invertible : nil
    let foundQform =
      fields.qformCode > 0
      ? Affine(quaternion: quaternion, offset: quaternionOffset, pixdim: pixdim).invertible : nil
    let fallback = Self.fallback(fields, shape: shape)
    let found = foundSform ?? foundQform ?? fallback
    let scale = Self.millimetres(perUnit: fields.units, for: found.spacing)
    millimetresPerUnit = scale
    (sform, qform) = (foundSform?.scaled(by: scale), foundQform?.scaled(by: scale))
    gridSource = sform != nil ? (format == .mgh ? .mgh : .sform) : qform != nil ? .qform : .pixdim
    let offset = try Self.voxelOffset(of: fields)
    voxelOffset = offset.bytes
    grid = Grid(shape: shape, affine: found.scaled(by: scale))
    warnings = offset.warnings
    guard grid.affine.inverse != nil else { throw .affine }
    setScaling(of: fields)
    if Int(fields.bitpix) != 8 * datatype.bytes {
      warnings.append(.bitsPerVoxel(found: fields.bitpix, datatype: datatype))
    }
    warnings += geometryWarnings()
  }

  /// The number of bytes of voxels according to the header. `init` has checked that the product does not overflow.
  var voxelBytes: Int { grid.count * datatype.bytes }

  /// Sets slope and intercept. Values that are not finite are ignored with a warning.
  private mutating func setScaling(of fields: HeaderFields) {
    guard fields.slope.isFinite && fields.slope != 0 else {
      if !fields.slope.isFinite { warnings.append(.nonFiniteSlope) }
      return
    }
    slope = fields.slope
    if fields.intercept.isFinite {
      intercept = fields.intercept
    } else {
      warnings.append(.nonFiniteIntercept)
    }
  }

  private static func displayRange(of fields: HeaderFields) -> ClosedRange<Float>? {
    let (low, high) = (Float(fields.displayMinimum), Float(fields.displayMaximum))
    return high > low ? low...high : nil
  }

  private static func dimensions(of fields: HeaderFields) throws(NIfTIError.Reason) -> [Int] {
    let dim = fields.dim
    guard (1...7).contains(dim[0]) else { throw .dimensions(dim) }
    let used = Array(dim[1...dim[0]])
    guard used.allSatisfy({ $0 > 0 }) else { throw .dimensions(dim) }
    if used.dropFirst(4).contains(where: { $0 > 1 }) { throw .vectors(dimensions: used) }
    if used.count > 3 && used[3] > 1 { throw .series(timePoints: used[3]) }
    return used
  }

  /// Returns the product of the dimensions and the type's size, which can overflow in NIfTI-2. The limit of 2⁴⁸ bytes
  /// is above the address space of processors, and leaves room for sums.
  private static func bytes(of dimensions: [Int], _ datatype: NIfTIDatatype) throws(NIfTIError.Reason) -> Int
  {
    var product = datatype.bytes
    for size in dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow && next <= 1 << 48 else { throw .tooLarge(dimensions: dimensions) }
      product = next
    }
    return product
  }

  private static func datatype(of fields: HeaderFields) throws(NIfTIError.Reason) -> NIfTIDatatype {
    let code = fields.datatype
    if let name = NIfTIDatatype.unreadable[code] { throw .unsupportedDatatype(name: name) }
    if fields.format == .analyze, let own = NIfTIDatatype.analyze[code] { return own }
    guard let datatype = NIfTIDatatype(rawValue: code) else { throw .unknownDatatype(code: code) }
    return datatype
  }

  /// Returns the offset of the voxels. A value of 0 in a single file is read as the first byte that the standard
  /// allows.
  private static func voxelOffset(
    of fields: HeaderFields
  ) throws(NIfTIError.Reason) -> (bytes: Int, warnings: [NIfTIWarning]) {
    let size = fields.format.headerSize
    if fields.voxelOffset == 0 {
      return fields.isPair ? (0, []) : (size + 4, [.voxelOffsetZero(used: size + 4)])
    }
    // float32 represents whole bytes exactly up to 2²⁴. Larger extensions would be misplaced.
    let limit = fields.format == .nifti2 ? 1 << 48 : 1 << 24
    guard let offset = Int(exactly: fields.voxelOffset), offset <= limit,
      offset >= (fields.isPair ? 0 : size)
    else { throw .voxelOffset(fields.voxelOffset, least: fields.isPair ? 0 : size) }
    return (offset, [])
  }

  /// Returns the affine of a scan without forms: voxel sizes on the diagonal, and the middle of the grid at the origin.
  private static func fallback(_ fields: HeaderFields, shape: SIMD3<Int>) -> Affine {
    if fields.format == .mgh { return .coronal(shape: shape) }
    var spacing = SIMD3<Double>.one
    for axis in 0..<3 where fields.pixdim[axis + 1].isFinite && fields.pixdim[axis + 1] != 0 {
      spacing[axis] = abs(fields.pixdim[axis + 1])
    }
    var centre = SIMD3<Double>(shape &- 1) / 2
    if fields.format == .analyze {
      spacing.x = -spacing.x
      // SPM's origin counts from 1. Like nibabel, this ignores an origin that lies far outside.
      let origin = fields.analyzeOrigin
      let isNear = (0..<3).allSatisfy { origin[$0] > -shape[$0] && origin[$0] < 2 * shape[$0] }
      if origin != .zero && isNear { centre = SIMD3<Double>(origin &- 1) }
    }
    return Affine(spacing: spacing, origin: -spacing * centre)
  }

  /// Returns the number of mm per unit of length.
  ///
  /// ITK converts declared metres and micrometres, while nibabel and FSL read all lengths as mm. The declaration is
  /// followed unless it turns voxel sizes that are usual in mm into impossible ones. Then the declaration is a mistake.
  private static func millimetres(perUnit units: UInt8, for spacing: SIMD3<Double>) -> Double {
    let factor =
      switch units & 7 {
      case 1: 1000.0
      case 3: 0.001
      default: 1.0
      }
    let isMistake =
      usualVoxelSize.containsAll(of: spacing) && !usualVoxelSize.containsAll(of: spacing * factor)
    return isMistake ? 1 : factor
  }
}
