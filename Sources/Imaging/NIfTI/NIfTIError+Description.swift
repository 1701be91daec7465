import Foundation

extension NIfTIError: CustomStringConvertible {
  /// `path: what was found, what was needed, what to do`, on one line.
  public var description: String { "\(path): \(reason)" }
}

extension NIfTIError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound: "no such file"
    case .isFolder: "is a folder; name a .nii or .nii.gz file in it"
    case .unreadable(let code): "cannot be read: \(systemMessage(code))"
    case .empty: "is empty (0 bytes); a NIfTI file starts with a header of 348 bytes"
    case .headerTruncated(let found):
      "truncated: the header needs 348 bytes, the file holds \(found.grouped)"
    case .notNIfTI(let bytes):
      "is not NIfTI: it starts with \(quoted(bytes)), and a NIfTI-1 header starts with the number 348"
    case .nifti2:
      "is NIfTI-2, which is not read yet; save it as NIfTI-1 (in nibabel: Nifti1Image.from_image)"
    case .pair:
      "is one half of a .hdr/.img pair, which is not read; save it as one .nii or .nii.gz file"
    case .analyze:
      "is Analyze 7.5, which does not say where left and right are; convert the original scan to NIfTI"
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
    case .bitsPerVoxel(let found, let datatype):
      "header contradicts itself: \(found) bits per voxel, but \(datatype) has \(8 * datatype.bytes)"
    case .voxelOffset(let offset):
      "voxels cannot start at byte \(offset); a whole number from 348 on is needed"
    case .tooLarge(let dim): "dimensions \(times(dim)) are more voxels than this computer can address"
    default: dataDescription
    }
  }

  private var dataDescription: String {
    switch self {
    case .truncated(let expected, let found):
      "truncated: the header promises \(expected.grouped) bytes of voxels, the file holds \(found.grouped)"
    case .corruptStream(let after):
      "corrupt: the compressed data are damaged (\(after.grouped) bytes came out); copy or download it again"
    case .checksumMissing:
      "truncated: the compressed data end before their checksum; copy or download it again"
    case .notALabel(let value, let voxel):
      "not a label map: voxel (\(voxel.x), \(voxel.y), \(voxel.z)) is \(value), labels are whole numbers from 0 to 65535"
    case .fileExtension: "NIfTI files are written as .nii or .nii.gz; choose a name that ends so"
    case .missingFolder(let folder): "the folder \(folder) does not exist; create it first"
    case .unwritable(let code): "cannot be written: \(systemMessage(code))"
    case .unwritableDatatype(let datatype):
      "\(datatype) is not written; choose uint8, int16, uint16 or float32"
    case .unwritableShape(let shape):
      "\(times([shape.x, shape.y, shape.z])) voxels; NIfTI-1 holds at most 32767 along each axis"
    default: "cannot be used"
    }
  }
}

private func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

private func times(_ dimensions: [Int]) -> String { dimensions.map(String.init).joined(separator: "×") }

/// The first bytes as text where they are text, else in hexadecimal.
private func quoted(_ bytes: [UInt8]) -> String {
  let isText = bytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
  guard isText else { return "bytes " + bytes.map { String(format: "%02x", $0) }.joined(separator: " ") }
  let line = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
  return "the text \"\(String(decoding: line, as: UTF8.self))\""
}

extension Int {
  /// Digits in groups of three: `17,039,360`.
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
