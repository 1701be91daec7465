/// An error on reading or writing a NIfTI file.
public struct NIfTIError: Error, Hashable, Sendable {
  /// The path of the file, as given by the user.
  public var path: String
  /// The reason.
  public var reason: Reason

  /// Makes an error from its parts.
  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// A reason why a file cannot be read or written.
  public enum Reason: Error, Hashable, Sendable {
    /// The file does not exist.
    case notFound
    /// A symbolic link has no target. The text describes the link.
    case danglingLink(String)
    /// The path is a folder.
    case isFolder
    /// The system failed with this error number on opening or reading.
    case unreadable(errno: Int32)
    /// The file has no bytes.
    case empty
    /// The (inflated) file ends inside its header.
    case headerTruncated(expected: Int, found: Int)
    /// The file does not start with a header of a known layout.
    case notNIfTI(firstBytes: [UInt8])
    /// The file has another known format.
    case foreign(ForeignFormat)
    /// The other half of a `.hdr`/`.img` pair, with this path, does not exist.
    case partnerMissing(String)
    /// The header's voxels are in another file, but its name does not identify that file.
    case pairMisnamed
    /// The header's `dim`, given here, is impossible.
    case dimensions([Int])
    /// The file is a series with more than one time point.
    case series(timePoints: Int)
    /// The file has more than one value per voxel. The used elements of `dim` are given.
    case vectors(dimensions: [Int])
    /// The datatype code is not part of the standard.
    case unknownDatatype(code: Int)
    /// The datatype holds no single intensity per voxel.
    case unsupportedDatatype(name: String)
    /// The offset of the voxels is not a whole number, or lies inside the header.
    case voxelOffset(Double, least: Int)
    /// The offset of the voxels is behind the end of the (inflated) file.
    case voxelOffsetBeyond(offset: Int, found: Int)
    /// The affine is not finite or has no volume.
    case affine
    /// The dimensions are larger than the computer can address.
    case tooLarge(dimensions: [Int])
    /// The file ends before its last voxel. The numbers of bytes of voxels by the header and in the file are given.
    case truncated(expected: Int, found: Int)
    /// The compressed data, their checksum or their length are wrong. `found` is the number of inflated bytes.
    /// `expected` is the number of bytes by the header, including the header, if it could be read.
    case corruptStream(expected: Int?, found: Int)
    /// All voxels were read, but the compressed stream ends before its checksum.
    case checksumMissing(found: Int)
    /// A voxel is not a whole number from 0 to 65535.
    case notALabel(value: Float, voxel: SIMD3<Int>)
    /// The path of a file to be written does not end in a NIfTI suffix.
    case fileExtension
    /// The folder of a file to be written does not exist.
    case missingFolder(String)
    /// The system failed with this error number on writing.
    case unwritable(errno: Int32)
    /// Files are not written with this datatype.
    case unwritableDatatype(NIfTIDatatype)
    /// zlib failed to compress, with this status.
    case notCompressed(status: Int32)
    /// The compressed voxels do not inflate to the voxels.
    case compressedWrongly
    /// The bytes read back differ from the bytes written.
    case altered
  }
}
