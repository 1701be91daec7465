import CNIfTI

/// The fields of a header that grisea uses, as stored in a header of any of the three layouts, without checks and
/// corrections.
struct HeaderFields {
  /// The layout of the header.
  var format: NIfTIFormat
  /// Whether the voxels are in a separate file.
  var isPair: Bool
  /// Whether the byte order of the file differs from that of this machine.
  var isSwapped: Bool
  var dim: [Int]
  var pixdim: [Double]
  var datatype, bitpix: Int
  var voxelOffset: Double
  var slope, intercept: Double
  var displayMinimum, displayMaximum: Double
  var units: UInt8
  var description: String
  var qformCode = 0
  var sformCode = 0
  var quaternion = SIMD3<Double>.zero
  var quaternionOffset = SIMD3<Double>.zero
  var sform = Affine.identity
  /// The voxel at the world's origin, counted from 1, which SPM writes into Analyze headers. Zeros mean none.
  var analyzeOrigin = SIMD3<Int>.zero

  /// The number of bytes that decide about the layout.
  static let leadSize = 348

  /// Returns the layout and whether bytes are swapped, from the first number of the header, which is the header's size.
  static func layout(of bytes: [UInt8]) throws(NIfTIError.Reason) -> (isNIfTI2: Bool, isSwapped: Bool) {
    guard bytes.count >= 4 else {
      if bytes.isEmpty { throw .headerTruncated(expected: leadSize, found: 0) }
      throw .notNIfTI(firstBytes: bytes)
    }
    let size = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
    switch size {
    case 348: return (false, false)
    case Int32(348).byteSwapped: return (false, true)
    case 540: return (true, false)
    case Int32(540).byteSwapped: return (true, true)
    default: throw .notNIfTI(firstBytes: Array(bytes.prefix(16)))
    }
  }

  /// Returns whether the first number is that of one of the layouts.
  static func isHeader(_ bytes: [UInt8]) -> Bool { (try? layout(of: bytes)) != nil }

  /// Parses all bytes of a header.
  init(_ bytes: [UInt8]) throws(NIfTIError.Reason) {
    let (isNIfTI2, isSwapped) = try Self.layout(of: bytes)
    let size = isNIfTI2 ? NIfTIFormat.nifti2.headerSize : Self.leadSize
    guard bytes.count >= size else { throw .headerTruncated(expected: size, found: bytes.count) }
    if isNIfTI2 { try self.init(nifti2: bytes, isSwapped) } else { self.init(nifti1: bytes, isSwapped) }
  }

  private init(nifti1 bytes: [UInt8], _ isSwapped: Bool) {
    var raw = nifti_1_header()
    withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes.prefix(Self.leadSize)) }
    if isSwapped { swap_nifti_header(&raw, 1) }
    let magic = text(of: raw.magic)
    self.isSwapped = isSwapped
    format = magic == "n+1" || magic == "ni1" ? .nifti1 : .analyze
    isPair = magic != "n+1"
    dim = elements(of: raw.dim).map { (value: Int16) in Int(value) }
    pixdim = elements(of: raw.pixdim).map { (value: Float) in Double(value) }
    (datatype, bitpix) = (Int(raw.datatype), Int(raw.bitpix))
    voxelOffset = Double(raw.vox_offset)
    (slope, intercept) = (Double(raw.scl_slope), Double(raw.scl_inter))
    (displayMinimum, displayMaximum) = (Double(raw.cal_min), Double(raw.cal_max))
    units = UInt8(bitPattern: raw.xyzt_units)
    description = text(of: raw.descrip)
    guard format == .nifti1 else {
      units = 0
      // Analyze has five 16-bit numbers at byte 253, of which SPM uses three.
      let origin: [Int16] = bytes.withUnsafeBytes { raw in
        [253, 255, 257].map { raw.loadUnaligned(fromByteOffset: $0, as: Int16.self) }
      }
      let found = origin.map { Int(isSwapped ? $0.byteSwapped : $0) }
      analyzeOrigin = SIMD3(found[0], found[1], found[2])
      return
    }
    (qformCode, sformCode) = (Int(raw.qform_code), Int(raw.sform_code))
    quaternion = SIMD3<Double>([raw.quatern_b, raw.quatern_c, raw.quatern_d] as SIMD3<Float>)
    quaternionOffset = SIMD3<Double>([raw.qoffset_x, raw.qoffset_y, raw.qoffset_z] as SIMD3<Float>)
    sform = Affine(
      rows: elements(of: raw.srow_x) as [Float], elements(of: raw.srow_y), elements(of: raw.srow_z))
  }

  private init(nifti2 bytes: [UInt8], _ isSwapped: Bool) throws(NIfTIError.Reason) {
    var raw = nifti_2_header()
    withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes.prefix(NIfTIFormat.nifti2.headerSize)) }
    if isSwapped { swap_nifti_header(&raw, 2) }
    let magic: [UInt8] = elements(of: raw.magic)
    guard magic.starts(with: [0x6e, 0x2b, 0x32]) || magic.starts(with: [0x6e, 0x69, 0x32]) else {
      throw .notNIfTI(firstBytes: Array(bytes.prefix(16)))
    }
    self.isSwapped = isSwapped
    format = .nifti2
    isPair = magic[1] == 0x69
    dim = elements(of: raw.dim).map { (value: Int64) in Int(value) }
    pixdim = elements(of: raw.pixdim)
    (datatype, bitpix) = (Int(raw.datatype), Int(raw.bitpix))
    voxelOffset = Double(raw.vox_offset)
    (slope, intercept) = (raw.scl_slope, raw.scl_inter)
    (displayMinimum, displayMaximum) = (raw.cal_min, raw.cal_max)
    units = UInt8(truncatingIfNeeded: raw.xyzt_units)
    description = text(of: raw.descrip)
    (qformCode, sformCode) = (Int(raw.qform_code), Int(raw.sform_code))
    quaternion = [raw.quatern_b, raw.quatern_c, raw.quatern_d]
    quaternionOffset = [raw.qoffset_x, raw.qoffset_y, raw.qoffset_z]
    sform = Affine(
      rows: elements(of: raw.srow_x) as [Double], elements(of: raw.srow_y), elements(of: raw.srow_z))
  }
}

/// Returns the elements of an array that C declares inside a struct and Swift imports as a tuple.
func elements<Tuple, Element: BitwiseCopyable>(of tuple: Tuple) -> [Element] {
  withUnsafeBytes(of: tuple) { raw in
    let size = MemoryLayout<Element>.size
    return (0..<raw.count / size).map { raw.loadUnaligned(fromByteOffset: $0 * size, as: Element.self) }
  }
}

/// Returns the characters before the first zero byte.
private func text<Tuple>(of tuple: Tuple) -> String {
  let bytes: [UInt8] = elements(of: tuple)
  return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}
