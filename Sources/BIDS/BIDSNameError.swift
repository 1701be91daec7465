import Files

/// Which rule of BIDS a file's name breaks.
public enum BIDSNameError: Error, Hashable, Sendable {
  case ending(String)
  case noSuffix(String)
  case noSubject(String)
  /// A part that is not a key and a value.
  case noEntity(String)
  /// A value that is empty, has other characters than letters and digits, or is none of those allowed.
  case value(String)
  /// A value that must be a whole number.
  case index(String)
  /// A key that anatomical images do not have.
  case unknown(String)
  case repeated(String)
  case misplaced(String, after: String)
}

extension BIDSNameError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .ending(let name): "is no BIDS name: '\(name)' does not end with .nii.gz or .nii"
    case .noSuffix(let name): "is no BIDS name: '\(name)' has no suffix such as _T1w"
    case .noSubject(let name): "is no BIDS name: '\(name)' does not begin with sub-"
    case .noEntity(let part): "is no BIDS name: '\(part)' is not a key and a value such as run-1"
    case .value(let part):
      "is no BIDS name: the value in '\(part)' must be letters and digits"
        + (part.hasPrefix("part-") ? ", one of mag, phase, real, imag" : "")
    case .index(let part): "is no BIDS name: the value in '\(part)' must be a whole number"
    case .unknown(let key):
      "is no BIDS name: an anatomical image has no entity '\(key)', it may have "
        + BIDSName.anatomical.joined(separator: ", ")
    case .repeated(let key): "is no BIDS name: it has '\(key)' twice"
    case .misplaced(let key, let other): "is no BIDS name: '\(key)' must stand before '\(other)'"
    }
  }
}
