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
    /// A symbolic link that leads nowhere, with the words for it.
    case danglingLink(String)
    case isFolder
    /// The operating system's `errno` on opening or reading.
    case unreadable(errno: Int32)
    case empty
    /// The (inflated) file ends inside its header.
    case headerTruncated(expected: Int, found: Int)
    case notNIfTI(firstBytes: [UInt8])
    /// Another format, which is known.
    case foreign(ForeignFormat)
    /// The other half of a `.hdr`/`.img` pair, which is not beside this one.
    case partnerMissing(String)
    /// A header whose voxels are in another file, under a name that says nothing about which.
    case pairMisnamed
    /// The header's `dim`, as found.
    case dimensions([Int])
    case series(timePoints: Int)
    /// More than one value per voxel: `dim[5...7]`.
    case vectors(dimensions: [Int])
    case unknownDatatype(code: Int)
    case unsupportedDatatype(name: String)
    case voxelOffset(Double, least: Int)
    /// Voxels would start behind the end of the (inflated) file.
    case voxelOffsetBeyond(offset: Int, found: Int)
    /// A grid that is not finite or has no volume.
    case affine
    case tooLarge(dimensions: [Int])
    /// Bytes of voxels that the header promises, and bytes that are there.
    case truncated(expected: Int, found: Int)
    /// Invalid compressed data, or a wrong checksum or length, after this many (inflated) bytes; what the header
    /// promises, header included, where it could be read.
    case corruptStream(expected: Int?, found: Int)
    /// All voxels are there, but the compressed stream ends before the checksum that would vouch for them.
    case checksumMissing(found: Int)
    case notALabel(value: Float, voxel: SIMD3<Int>)
    case fileExtension
    case missingFolder(String)
    case unwritable(errno: Int32)
    case unwritableDatatype(NIfTIDatatype)
    /// zlib refused to compress; its status.
    case notCompressed(status: Int32)
    /// Compressed voxels that do not inflate to what was compressed.
    case compressedWrongly
    /// The file reads back as other bytes than were written.
    case altered
  }
}
