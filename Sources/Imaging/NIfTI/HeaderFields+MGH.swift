import Foundation

/// The header of a FreeSurfer MGH file, as the fields of a NIfTI header that say the same.
///
/// The layout is that of FreeSurfer's page on the MGH/MGZ volume format: big-endian, 284 bytes, then the voxels with i
/// fastest, then optional values such as the repetition time, which are not read.
extension HeaderFields {
  /// Offsets of the numbers in the header.
  private enum Offset {
    static let dimensions = [4, 8, 12]
    static let frames = 16
    static let type = 20
    static let goodRAS = 28
    static let spacing = [30, 34, 38]
    static let cosines = [[42, 46, 50], [54, 58, 62], [66, 70, 74]]
    static let center = [78, 82, 86]
  }

  /// The datatypes by FreeSurfer's codes.
  private static let mghTypes: [Int: NIfTIDatatype] = [0: .uint8, 1: .int32, 3: .float32, 4: .int16]
  /// The names of FreeSurfer's other types.
  private static let otherMGHTypes = [
    2: "long", 5: "bitmap", 6: "tensor", 7: "complex", 8: "complex double", 9: "RGB", 10: "unsigned short",
  ]

  /// Returns whether a file is MGH, by the first bytes of its content and by its name.
  ///
  /// The format has no signature but the version 1. Without the name, one frame and a known type must follow.
  static func isMGH(_ lead: [UInt8], path: String) -> Bool {
    guard lead.starts(with: [0, 0, 0, 1]) else { return false }
    let name = path.lowercased()
    if [".mgz", ".mgh", ".mgh.gz"].contains(where: name.hasSuffix) { return true }
    return lead.count > 24 && lead[16..<23].elementsEqual([0, 0, 0, 1, 0, 0, 0]) && lead[23] <= 10
  }

  /// Parses all bytes of an MGH header.
  init(mgh bytes: [UInt8]) throws(NIfTIError.Reason) {
    let size = NIfTIFormat.mgh.headerSize
    guard bytes.count >= size else { throw .headerTruncated(expected: size, found: bytes.count) }
    let shape = Offset.dimensions.map { Self.integer(bytes, $0) }
    let frames = Self.integer(bytes, Offset.frames)
    let type = Self.integer(bytes, Offset.type)
    if let name = Self.otherMGHTypes[type] {
      throw .unsupportedDatatype(name: "of FreeSurfer's type \(name)")
    }
    guard let datatype = Self.mghTypes[type] else { throw .unknownDatatype(code: type) }
    let hasGeometry = Int16(truncatingIfNeeded: Self.integer(bytes, Offset.goodRAS) >> 16) > 0
    let spacing = hasGeometry ? Offset.spacing.map { Double(Self.real(bytes, $0)) } : [1, 1, 1]

    format = .mgh
    isPair = false
    isSwapped = Int(1).littleEndian == 1
    dim = (frames == 1 ? [3] + shape : [4] + shape + [frames])
    dim += Array(repeating: 1, count: 8 - dim.count)
    pixdim = [1] + spacing + [0, 0, 0, 0]
    self.datatype = datatype.rawValue
    bitpix = 8 * datatype.bytes
    voxelOffset = Double(size)
    (slope, intercept, displayMinimum, displayMaximum) = (1, 0, 0, 0)
    units = 2
    description = ""
    guard hasGeometry else { return }
    (sformCode, sform) = (1, Self.affine(bytes, shape: shape))
  }

  /// Returns the affine: column a is the direction cosine of axis a times its voxel size, and voxel (w, h, d) / 2 lies at
  /// the center.
  ///
  /// All entries are rounded to float32, so that a scan and its conversion to NIfTI lie at the same place to the last bit.
  private static func affine(_ bytes: [UInt8], shape: [Int]) -> Affine {
    let columns = zip(Offset.cosines, Offset.spacing).map { cosines, size -> SIMD3<Double> in
      let step = SIMD3<Float>(cosines.map { real(bytes, $0) }) * real(bytes, size)
      return SIMD3<Double>(step)
    }
    var affine = Affine(i: columns[0], j: columns[1], k: columns[2], origin: .zero)
    let middle = affine.linear(SIMD3<Double>(shape.map { Double($0) / 2 }))
    let center = SIMD3<Double>(Offset.center.map { Double(real(bytes, $0)) })
    affine.origin = SIMD3<Double>(SIMD3<Float>(center - middle))
    return affine
  }

  private static func integer(_ bytes: [UInt8], _ offset: Int) -> Int {
    Int(Int32(bitPattern: word(bytes, offset)))
  }

  private static func real(_ bytes: [UInt8], _ offset: Int) -> Float {
    Float(bitPattern: word(bytes, offset))
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension Affine {
  /// FreeSurfer's assumption for an MGH file without geometry: coronal slices, i to the left, j down, k to the front, 1 mm
  /// voxels, the middle at the origin.
  static func coronal(shape: SIMD3<Int>) -> Affine {
    var affine = Affine(i: [-1, 0, 0], j: [0, 0, -1], k: [0, 1, 0], origin: .zero)
    affine.origin = -affine.linear(SIMD3<Double>(shape) / 2)
    return affine
  }
}
