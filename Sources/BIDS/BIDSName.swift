import Files
import Foundation

/// The name of a file in a BIDS dataset, parsed: `sub-01_ses-2_acq-mprage_run-1_T1w.nii.gz`.
///
/// Entities are keys with values, in the order that the specification gives them; a name that breaks a rule is an
/// error, never a guess.
public struct BIDSName: Hashable, Sendable {
  public struct Entity: Hashable, Sendable {
    public let key: String
    public let value: String
  }

  /// In the order of the name.
  public let entities: [Entity]
  /// `T1w`.
  public let suffix: String
  /// `.nii.gz` or `.nii`.
  public let ending: String

  /// Of the name less its suffix and ending: what the names of derivatives begin with.
  public var stem: String { entities.map { "\($0.key)-\($0.value)" }.joined(separator: "_") }

  /// The value of an entity, `nil` where the name has none.
  public subscript(key: String) -> String? { entities.first { $0.key == key }?.value }

  /// The entities that a raw anatomical image may have, in the order of the specification (1.10, appendix "Entities";
  /// rules of anatomical images).
  package static let anatomical = ["sub", "ses", "task", "acq", "ce", "rec", "run", "echo", "part", "chunk"]
  /// Their values are whole numbers.
  private static let indices: Set = ["run", "echo", "chunk"]
  private static let parts: Set = ["mag", "phase", "real", "imag"]

  /// A file's name without folders.
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
