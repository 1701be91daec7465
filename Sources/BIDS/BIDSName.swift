import Files
import Foundation

/// The parsed name of a file in a BIDS dataset, such as `sub-01_ses-2_acq-mprage_run-1_T1w.nii.gz`.
///
/// Entities are pairs of key and value in the order of the specification. A name that breaks a rule is an error.
public struct BIDSName: Hashable, Sendable {
  /// One entity of a name.
  public struct Entity: Hashable, Sendable {
    /// The key: `sub` in `sub-01`.
    public let key: String
    /// The value: `01` in `sub-01`.
    public let value: String
  }

  /// The entities, in the order of the name.
  public let entities: [Entity]
  /// The suffix: `T1w`.
  public let suffix: String
  /// The file's extension: `.nii.gz` or `.nii`.
  public let ending: String

  /// The name without suffix and extension, with which the names of derivatives begin.
  public var stem: String { entities.map { "\($0.key)-\($0.value)" }.joined(separator: "_") }

  /// The value of the entity with this key; `nil` if the name has no such entity.
  public subscript(key: String) -> String? { entities.first { $0.key == key }?.value }

  /// The keys that a raw anatomical image may have, in the order of the specification (BIDS 1.10, appendix "Entities"
  /// and the rules for anatomical images).
  package static let anatomical = ["sub", "ses", "task", "acq", "ce", "rec", "run", "echo", "part", "chunk"]
  /// Keys whose values are whole numbers.
  private static let indices: Set = ["run", "echo", "chunk"]
  private static let parts: Set = ["mag", "phase", "real", "imag"]

  /// Parses the name of an anatomical image.
  /// - Parameter name: the file's name without folders.
  /// - Throws: `BIDSNameError` if the name breaks a rule.
  public init(anatomical name: String) throws(BIDSNameError) {
    guard let ending = [".nii.gz", ".nii"].first(where: name.hasSuffix) else { throw .ending(name) }
    var parts = name.dropLast(ending.count).split(separator: "_", omittingEmptySubsequences: false)
    guard let suffix = parts.popLast(), !suffix.contains("-") else { throw .noSuffix(name) }
    var entities: [Entity] = []
    var last = -1
    for part in parts {
      let entity = try Self.entity(String(part))
      guard let place = Self.anatomical.firstIndex(of: entity.key) else { throw .unknown(entity.key) }
      if place == last { throw .repeated(entity.key) }
      guard place > last else { throw .misplaced(entity.key, after: Self.anatomical[last]) }
      last = place
      entities.append(entity)
    }
    guard entities.first?.key == "sub" else { throw .noSubject(name) }
    self.entities = entities
    self.suffix = String(suffix)
    self.ending = ending
  }

  private static func entity(_ part: String) throws(BIDSNameError) -> Entity {
    let words = part.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 2, !words[0].isEmpty else { throw .noEntity(part) }
    let (key, value) = (words[0], words[1])
    guard !value.isEmpty, value.utf8.allSatisfy(isAlphanumeric) else { throw .value(part) }
    if indices.contains(key), Int(value) == nil { throw .index(part) }
    if key == "part", !parts.contains(value) { throw .value(part) }
    return Entity(key: key, value: value)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
}

/// The rule of BIDS that a file's name breaks.
public enum BIDSNameError: Error, Hashable, Sendable {
  /// The name does not end with `.nii.gz` or `.nii`.
  case ending(String)
  /// The name has no suffix.
  case noSuffix(String)
  /// The name does not begin with `sub-`.
  case noSubject(String)
  /// A part of the name is not a key and a value.
  case noEntity(String)
  /// A value is empty, has characters other than letters and digits, or is not one of the allowed values.
  case value(String)
  /// A value is not a whole number.
  case index(String)
  /// Anatomical images do not have an entity with this key.
  case unknown(String)
  /// A key occurs twice.
  case repeated(String)
  /// A key comes after one that it must precede.
  case misplaced(String, after: String)
}

extension BIDSNameError: CustomStringConvertible {
  /// The error as the rest of a sentence that begins with the file's path.
  public var description: String {
    switch self {
    case .ending(let name): "is not a BIDS name: '\(name)' does not end with .nii.gz or .nii"
    case .noSuffix(let name): "is not a BIDS name: '\(name)' has no suffix such as _T1w"
    case .noSubject(let name): "is not a BIDS name: '\(name)' does not begin with sub-"
    case .noEntity(let part): "is not a BIDS name: '\(part)' is not a key and a value such as run-1"
    case .value(let part):
      "is not a BIDS name: the value in '\(part)' must be letters and digits"
        + (part.hasPrefix("part-") ? ", one of mag, phase, real, imag" : "")
    case .index(let part): "is not a BIDS name: the value in '\(part)' must be a whole number"
    case .unknown(let key):
      "is not a BIDS name: an anatomical image has no entity '\(key)'; allowed are "
        + BIDSName.anatomical.joined(separator: ", ")
    case .repeated(let key): "is not a BIDS name: it has '\(key)' twice"
    case .misplaced(let key, let other): "is not a BIDS name: '\(key)' must come before '\(other)'"
    }
  }
}
