import CNIfTI
import Files
import Foundation

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
    case .unreadable(let code): "cannot be read: \(systemMessage(code))"
    case .empty: "is empty (0 bytes); a NIfTI file starts with a header of 348 bytes"
    case .headerTruncated(let expected, let found):
      "truncated: the header needs \(expected) bytes, the file holds \(found.grouped)"
    case .notNIfTI(let bytes):
      "is not NIfTI: it starts with \(quoted(bytes)), and a header starts with the number 348 (NIfTI-1, Analyze) or 540 (NIfTI-2)"
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
      "truncated: the header promises \(expected.grouped) bytes of voxels, the file holds \(found.grouped)"
    case .corruptStream(let expected, let found):
      "corrupt: the compressed data are damaged (\(found.grouped) bytes came out\(expected.map { " of \($0.grouped)" } ?? "")); copy or download it again"
    case .checksumMissing(let found):
      "truncated: \(found.grouped) bytes came out, but the compressed data end before their checksum of 8 bytes; copy or download it again"
    case .notALabel(let value, let voxel):
      "not a label map: voxel (\(voxel.x), \(voxel.y), \(voxel.z)) is \(value), labels are whole numbers from 0 to 65535"
    case .fileExtension:
      "NIfTI files are written as .nii or .nii.gz, or as a pair of .hdr and .img; choose a name that ends so"
    case .missingFolder(let folder): "the folder \(folder) does not exist; create it first"
    case .unwritable(let code): "cannot be written: \(systemMessage(code))"
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

private func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

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
