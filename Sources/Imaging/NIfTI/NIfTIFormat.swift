/// Which of the header layouts a file has.
public enum NIfTIFormat: String, Codable, Sendable {
  case nifti1 = "NIfTI-1"
  case nifti2 = "NIfTI-2"
  /// The older layout of 348 bytes without a magic number: no orientation, always two files.
  case analyze = "Analyze 7.5"

  /// Bytes of the header, without the four that announce extensions.
  var headerSize: Int { self == .nifti2 ? 540 : 348 }
}
