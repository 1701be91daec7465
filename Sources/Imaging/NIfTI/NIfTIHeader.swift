/// The header of a NIfTI-1, NIfTI-2, Analyze 7.5 or FreeSurfer MGH file: enough to check a file, and to write results at the same
/// position as their source.
public struct NIfTIHeader: Hashable, Sendable {
  /// The layout of the header.
  public var format: NIfTIFormat
  /// Whether the voxels are in a separate file (`.hdr` and `.img`).
  public var isPair: Bool
  /// The extension blocks between header and voxels.
  public var extensions: [NIfTIExtension]
  /// The storage type of the voxels.
  public var datatype: NIfTIDatatype
  /// The stored `dim[1...dim[0]]`: the numbers of voxels along each axis.
  public var dimensions: [Int]
  /// The stored `pixdim[0...7]`: qfac (-1 or 1), voxel sizes and time step.
  public var pixdim: [Double]
  /// The stored `xyzt_units`.
  public var units: UInt8
  /// The number of mm per unit of length of the header: 1, or 1000 or 0.001 if the header declares metres or
  /// micrometres and the result is a possible head. Forms and grid are in mm. `pixdim` and `quaternionOffset` are in
  /// the unit.
  public var millimetresPerUnit: Double
  /// The codes of the world spaces of the forms: 0 unknown, 1 scanner, 2 aligned, 3 Talairach, 4 MNI 152.
  public var qformCode, sformCode: Int
  /// The stored quaternion b, c, d and the offset of the qform. They are kept because a matrix does not give them back
  /// exactly.
  public var quaternion, quaternionOffset: SIMD3<Double>
  /// The forms as affines from voxel indices to world RAS mm, or `nil` if the code is 0 or the matrix is singular.
  public var qform, sform: Affine?
  /// A stored value v means `slope·v + intercept`. They are 1 and 0 if the header has no scaling.
  public var slope, intercept: Double
  /// The free text of up to 80 bytes.
  public var description: String
  /// The display range that the file suggests.
  public var displayRange: ClosedRange<Float>?
  /// The offset of the voxels in their file, in bytes.
  public var voxelOffset: Int
  /// Whether the file is big-endian.
  public var isBigEndian: Bool
  /// The source of `grid`.
  public var gridSource: GridSource
  /// The shape, and the affine by this rule: the sform if its code is above 0, else the qform if its code is above 0,
  /// else voxel sizes on the diagonal with the middle of the grid at the origin. Analyze 7.5 is read as by SPM and
  /// nibabel: by SPM's `.mat` file beside it or, without one, with i to the left and SPM's origin if the header has
  /// one. MGH is read by its own geometry or, without one, as FreeSurfer does (`Affine.coronal`).
  public var grid: Grid
  /// The warnings about the file.
  public var warnings: [NIfTIWarning]

  /// A source of the affine.
  public enum GridSource: String, Codable, Sendable {
    /// A form of the header, or its voxel sizes alone.
    case sform, qform, pixdim
    /// SPM's `.mat` file beside an Analyze image.
    case matrix = ".mat file"
    /// The direction cosines, voxel sizes and center of a FreeSurfer MGH header.
    case mgh = "MGH header"
  }
}

/// The layout of a header.
public enum NIfTIFormat: String, Codable, Sendable {
  /// The layout of 348 bytes with a magic number.
  case nifti1 = "NIfTI-1"
  /// The layout of 540 bytes, with 64-bit dimensions.
  case nifti2 = "NIfTI-2"
  /// The older layout of 348 bytes without a magic number. It has no orientation and always consists of two files.
  case analyze = "Analyze 7.5"
  /// FreeSurfer's layout of 284 bytes, always big-endian (`.mgh`, compressed `.mgz`).
  case mgh = "FreeSurfer MGH"

  /// The number of bytes of the header, without the four bytes that announce extensions.
  var headerSize: Int {
    switch self {
    case .nifti1, .analyze: 348
    case .nifti2: 540
    case .mgh: 284
    }
  }
}

/// The storage type of a voxel in a NIfTI file. The raw value is the header's `datatype` code.
public enum NIfTIDatatype: Int, CaseIterable, Codable, Sendable {
  case uint8 = 2
  case int16 = 4
  case int32 = 8
  case float32 = 16
  case float64 = 64
  case int8 = 256
  case uint16 = 512
  case uint32 = 768
  case int64 = 1024
  case uint64 = 1280

  /// The size of one voxel in the file, in bytes.
  public var bytes: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// The codes that SPM adds to the types of Analyze 7.5.
  static let analyze: [Int: NIfTIDatatype] = [130: .int8, 132: .uint16, 136: .uint32]

  /// The names of the standard's types that hold no single intensity per voxel, for error messages.
  static let unreadable: [Int: String] = [
    1: "binary (1 bit)", 32: "complex64", 128: "RGB24", 1536: "float128", 1792: "complex128",
    2048: "complex256", 2304: "RGBA32",
  ]
}
