import Files
import Foundation

/// The subject of a scan according to its file name (`ScanName`), which matches predictions with references and images
/// with labels.
///
/// For a BIDS name the subject consists of all entities that distinguish scans (`sub`, `ses`, `acq`, `run`, …), in the
/// order of the name. Entities that distinguish derivatives of one scan (`label`, `desc`, `space`, `res`, `den`, `seg`)
/// and the suffix are left out: `sub-01_ses-2_label-GM_mask.nii.gz` belongs to `sub-01_ses-2`. For a name without
/// `sub-` the subject is the name without a suffix such as `_T1w` or `_dseg`: `anna_dseg.nii.gz` belongs to `anna`.
public struct Subject: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
  /// The entities joined by underscores, or the name of the file.
  public let description: String
  /// Whether the name has a `sub-` entity. Two different such subjects are certainly two scans.
  public let isBIDS: Bool

  private static let derivativeEntities: Set = ["label", "desc", "space", "res", "den", "seg"]
  private static let suffixes: Set = ["T1w", "dseg", "mask", "probseg"]

  /// Makes a subject from the parts of a BIDS name, of which the first is the `sub-` entity.
  init(entities parts: [String]) {
    let kept = parts.filter { part in
      guard let dash = part.firstIndex(of: "-") else { return false }
      return !Self.derivativeEntities.contains(String(part[..<dash]))
    }
    description = kept.joined(separator: "_")
    isBIDS = true
  }

  /// Makes a subject from the parts of any other name.
  init(plain parts: [String]) {
    var kept = parts
    while kept.count > 1, let last = kept.last, Self.suffixes.contains(last) || last.hasPrefix("label-") {
      kept.removeLast()
    }
    description = kept.joined(separator: "_")
    isBIDS = false
  }

  /// The person: the `sub-` entity without session and run. A name without `sub-` is a person of its own.
  public var person: String {
    isBIDS ? String(description.prefix { $0 != "_" }) : description
  }

  /// Compares subjects by their names, with numbers compared by value.
  public static func < (a: Subject, b: Subject) -> Bool {
    a.description.compare(b.description, options: .numeric) == .orderedAscending
  }
}
