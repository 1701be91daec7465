import Files
import Foundation

/// The parts of a file name in the manner of BIDS.
///
/// `data/sub-01_ses-2_desc-brain_T1w.nii.gz` has the stem `sub-01_ses-2_desc-brain` and the subject `sub-01_ses-2`. For
/// a name without entities, such as `colin.nii`, stem and subject are the name. Control characters such as tabs and
/// line breaks, which would end a cell or a line of a table, are replaced by underscores in both.
public struct ScanName: Hashable, Sendable {
  /// The first part of the names of results: the name without the BIDS suffix (`T1w`, `dseg`) or, if there are no
  /// entities, without `_T1w`.
  public let stem: String
  /// The subject, which matches this file with others of the same scan.
  public let subject: Subject

  private static let endings = [
    ".nii.gz", ".nii", ".hdr.gz", ".img.gz", ".hdr", ".img", ".mgz", ".mgh.gz", ".mgh", ".gz",
  ]

  /// Parses the last component of a path.
  public init(path: String) {
    var name = path.lastComponent
    if let ending = Self.ending(of: name) { name.removeLast(ending.count) }
    name = String(name.map { Self.isControl($0) ? "_" : $0 })
    let parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    let isBIDS = parts[0].hasPrefix("sub-") && parts[0].count > 4
    let last = parts.last ?? ""
    let hasSuffix = parts.count > 1 && (isBIDS ? !last.contains("-") : last == "T1w")
    stem = hasSuffix ? parts.dropLast().joined(separator: "_") : name
    subject = isBIDS ? Subject(entities: parts) : Subject(plain: parts)
  }

  private static func isControl(_ character: Character) -> Bool {
    character.isNewline || character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
  }

  /// Returns the ending of a path, such as `.nii.gz`; `nil` where it does not end as the images that are read do.
  public static func ending(of path: String) -> String? {
    let name = path.lastComponent.lowercased()
    return endings.first { name.hasSuffix($0) && name.count > $0.count }
  }

  /// Returns all files whose bytes determine the scan: the file itself and, for one half of a `.hdr`/`.img` pair, the
  /// other half and SPM's `.mat` file.
  package static func files(of path: String) -> [String] {
    guard PairName.half(path) != nil else { return [path] }
    let partner = PairName.partner(of: path)
    return [path] + (partner.exists ? [partner.path] : []) + [PairName.matrix(of: path)].compactMap { $0 }
  }
}
