/// The layout of a header.
public enum NIfTIFormat: String, Codable, Sendable {
  /// The layout of 348 bytes with a magic number.
  case nifti1 = "NIfTI-1"
  /// The layout of 540 bytes, with 64-bit dimensions.
  case nifti2 = "NIfTI-2"
  /// The older layout of 348 bytes without a magic number. It has no orientation and always consists of two files.
  case analyze = "Analyze 7.5"

  /// The number of bytes of the header, without the four bytes that announce extensions.
  var headerSize: Int { self == .nifti2 ? 540 : 348 }
}
