import Files
import Foundation

/// Whose scan a file holds, as its name tells (`ScanName`): what pairs predictions with references and images
/// with labels.
///
/// In a BIDS name it is every entity that tells scans apart (`sub`, `ses`, `acq`, `run`, …) in the order of the
/// name; entities that tell derivatives of one scan apart (`label`, `desc`, `space`, `res`, `den`, `seg`) and
/// the suffix do not count. So `sub-01_ses-2_label-GM_mask.nii.gz` belongs to `sub-01_ses-2`. A name without
/// `sub-` is its own subject, less a suffix such as `_T1w` or `_dseg`: `anna_dseg.nii.gz` belongs to `anna`.
public struct Subject: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
  /// The entities joined by underscores, or the name of the file.
  public let description: String
  /// Whether the name has a `sub-` entity, so that two different subjects are surely two people.
  public let isBIDS: Bool

  private static let derivativeEntities: Set = ["label", "desc", "space", "res", "den", "seg"]
  private static let suffixes: Set = ["T1w", "dseg", "mask", "probseg"]

  /// From the parts of a BIDS name, of which the first is the `sub-` entity.
  init(entities parts: [String]) {
    let kept = parts.filter { part in
      guard let dash = part.firstIndex(of: "-") else { return false }
      return !Self.derivativeEntities.contains(String(part[..<dash]))
    }
    description = kept.joined(separator: "_")
    isBIDS = true
  }

  /// From the parts of any other name.
  init(plain parts: [String]) {
    var kept = parts
    while kept.count > 1, let last = kept.last, Self.suffixes.contains(last) || last.hasPrefix("label-") {
      kept.removeLast()
    }
    description = kept.joined(separator: "_")
    isBIDS = false
  }

  /// The `sub-` entity alone, whatever the session or run: the person. A name without it is a person of its own.
  public var person: String {
    isBIDS ? String(description.prefix { $0 != "_" }) : description
  }

  public static func < (a: Subject, b: Subject) -> Bool {
    a.description.compare(b.description, options: .numeric) == .orderedAscending
  }
}
