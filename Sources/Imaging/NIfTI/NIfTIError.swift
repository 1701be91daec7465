/// Why a NIfTI file could not be read or written; its words are in `NIfTIError+Description.swift`.
public struct NIfTIError: Error, Hashable, Sendable {
  /// The file, as the user typed it.
  public var path: String
  public var reason: Reason

  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  public enum Reason: Error, Hashable, Sendable {
    case notFound
    case isFolder
    /// The operating system's `errno` on opening or reading.
    case unreadable(errno: Int32)
    case empty
    /// The (inflated) file ends inside the 348 bytes of a header.
    case headerTruncated(found: Int)
    case notNIfTI(firstBytes: [UInt8])
    case nifti2
    /// `.hdr`/`.img` pair, NIfTI or Analyze.
    case pair
    case analyze
    /// The header's `dim`, as found.
    case dimensions([Int])
    case series(timePoints: Int)
    /// More than one value per voxel: `dim[5...7]`.
    case vectors(dimensions: [Int])
    case unknownDatatype(code: Int)
    case unsupportedDatatype(name: String)
    case bitsPerVoxel(found: Int, datatype: NIfTIDatatype)
    case voxelOffset(Double)
    case tooLarge(dimensions: [Int])
    /// Bytes of voxels that the header promises, and bytes that are there.
    case truncated(expected: Int, found: Int)
    /// Invalid compressed data or a wrong checksum, after this many good (inflated) bytes.
    case corruptStream(after: Int)
    /// All voxels are there, but the compressed stream ends before the checksum that would vouch for them.
    case checksumMissing
    case notALabel(value: Float, voxel: SIMD3<Int>)
    case fileExtension
    case missingFolder(String)
    case unwritable(errno: Int32)
    case unwritableDatatype(NIfTIDatatype)
    case unwritableShape(SIMD3<Int>)
  }
}
