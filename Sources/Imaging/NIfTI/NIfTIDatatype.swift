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
