import CNIfTI
import Files
import Foundation

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

extension NIfTIError: CustomStringConvertible {
  /// A sentence for the user, on one line: the path, what was found, what is needed and what to do.
  public var description: String {
    if case .foreign(let format) = reason {
      return "\(path): is \(format.name); NIfTI is needed, \(format.remedy(for: path))"
    }
    return "\(path): \(reason)"
  }
}

extension NIfTIError.Reason: CustomStringConvertible {
  /// A sentence for the user, without the path.
  public var description: String {
    switch self {
    case .notFound: "no such file"
    case .danglingLink(let words): words
    case .isFolder: "is a folder; name a .nii or .nii.gz file in it"
    case .unreadable(let code): "cannot be read: \(code.systemMessage)"
    case .empty: "is empty (0 bytes); a NIfTI file starts with a header of 348 bytes"
    case .headerTruncated(let expected, let found):
      "truncated: the header needs \(expected) bytes, the file holds \(found.grouped)"
    case .notNIfTI(let bytes):
      "is not NIfTI: it starts with \(quoted(bytes)), and a header starts with the number 348 (NIfTI-1, Analyze), 540 (NIfTI-2) or 1 (FreeSurfer MGH)"
    case .foreign(let format): "is \(format.name); NIfTI is needed"
    case .partnerMissing(let partner): "is one half of a pair, and \(partner) is not beside it"
    case .pairMisnamed:
      "is the header of a pair, whose voxels are in another file; name the two alike, .hdr and .img"
    default: geometryDescription
    }
  }

  private var geometryDescription: String {
    switch self {
    case .dimensions(let dim):
      "impossible dimensions \(dim); 1 to 7 axes are needed, each with at least one voxel"
    case .series(let points):
      "is a 4D series of \(points) time points, one 3D scan is needed; extract one (fslroi, nib-convert) or average"
    case .vectors(let dim):
      "has several values per voxel (dimensions \(times(dim))); a scan with one value per voxel is needed"
    case .unknownDatatype(let code): "unknown datatype code \(code); the header may be damaged"
    case .unsupportedDatatype(let name):
      "voxels are \(name); integer or floating-point intensities are needed (convert, e.g. take the magnitude)"
    case .voxelOffset(let offset, let least):
      "voxels cannot start at byte \(offset); a whole number from \(least) on is needed"
    case .voxelOffsetBeyond(let offset, let found):
      "truncated: voxels start at byte \(offset.grouped), the file holds \(found.grouped) bytes"
    case .affine:
      "the header gives no usable position: voxel sizes or the affine are not finite or have no volume"
    case .tooLarge(let dim): "dimensions \(times(dim)) are more voxels than this computer can address"
    default: dataDescription
    }
  }

  private var dataDescription: String {
    switch self {
    case .truncated(let expected, let found):
      "truncated: the header specifies \(expected.grouped) bytes of voxels, the file holds \(found.grouped)"
    case .corruptStream(let expected, let found):
      "corrupt: the compressed data are damaged (\(found.grouped) bytes came out\(expected.map { " of \($0.grouped)" } ?? "")); copy or download it again"
    case .checksumMissing(let found):
      "truncated: \(found.grouped) bytes came out, but the compressed data end before their checksum of 8 bytes; copy or download it again"
    case .notALabel(let value, let voxel):
      "not a label map: voxel (\(voxel.x), \(voxel.y), \(voxel.z)) is \(value), labels are whole numbers from 0 to 65535"
    case .fileExtension:
      "NIfTI files are written as .nii or .nii.gz, or as a pair of .hdr and .img; choose a name that ends so"
    case .missingFolder(let folder): "the folder \(folder) does not exist; create it first"
    case .unwritable(let code): "cannot be written: \(code.systemMessage)"
    case .unwritableDatatype(let datatype):
      "\(datatype) is not written; choose uint8, int16, uint16 or float32"
    case .notCompressed(let status):
      status == Z_MEM_ERROR
        ? "cannot be compressed: no memory is left; free some, or name the file .nii"
        : "cannot be compressed: zlib ended with status \(status); name the file .nii to write it without compression"
    case .compressedWrongly:
      "cannot be compressed: the compressed data do not inflate to the voxels; this machine's memory or zlib may be faulty"
    case .altered: "cannot be written: \(AtomicFile.Failure.altered.reason)"
    default: "cannot be used"
    }
  }
}

private func times(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: "×") }

/// Returns the first bytes as text if they are text, or else in hexadecimal.
private func quoted(_ bytes: [UInt8]) -> String {
  let isText = bytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
  guard isText else { return "bytes " + bytes.map { String(format: "%02x", $0) }.joined(separator: " ") }
  let line = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
  return "the text \"\(String(decoding: line, as: UTF8.self))\""
}

extension Int {
  /// The number with its digits in groups of three, for example `17,039,360`.
  package var grouped: String {
    let digits = Array(String(magnitude))
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
