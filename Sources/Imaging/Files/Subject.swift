import Foundation

/// Whose scan a file holds, as its name tells: what pairs predictions with references and images with labels.
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

  /// The subject of the last component of a path.
  public init(path: String) {
    let name = Subject.stem(of: path)
    let parts = name.split(separator: "_").map(String.init)
    isBIDS = parts.first?.hasPrefix("sub-") == true
    let isKept: (String) -> Bool = { part in
      guard let dash = part.firstIndex(of: "-") else { return false }
      return !Self.derivativeEntities.contains(String(part[..<dash]))
    }
    var kept = parts
    if isBIDS {
      kept = parts.filter(isKept)
    } else {
      while kept.count > 1, let last = kept.last, Self.suffixes.contains(last) || last.hasPrefix("label-") {
        kept.removeLast()
      }
    }
    description = kept.isEmpty ? name : kept.joined(separator: "_")
  }

  public static func < (a: Subject, b: Subject) -> Bool {
    a.description.compare(b.description, options: .numeric) == .orderedAscending
  }

  /// File name without folder and without `.nii.gz`, `.nii`, `.img.gz` or another last extension.
  private static func stem(of path: String) -> String {
    let name = (path as NSString).lastPathComponent
    for ending in [".nii.gz", ".nii", ".hdr.gz", ".img.gz"]
    where name.hasSuffix(ending) && name.count > ending.count {
      return String(name.dropLast(ending.count))
    }
    return (name as NSString).deletingPathExtension
  }
}
