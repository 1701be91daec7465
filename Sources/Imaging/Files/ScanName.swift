import Files
import Foundation

/// What the name of a file says, in the manner of BIDS: the one place that takes names apart.
///
/// `data/sub-01_ses-2_desc-brain_T1w.nii.gz` has the stem `sub-01_ses-2_desc-brain` and the subject
/// `sub-01_ses-2`; a name without entities, `colin.nii`, is stem and subject itself. Tabs, line breaks and other control
/// characters of a name, which would end a cell or a line of a table, are underscores in both.
public struct ScanName: Hashable, Sendable {
  /// What the names of results begin with, before the underscore: all but the BIDS suffix (`T1w`, `dseg`), or but
  /// `_T1w` where there are no entities.
  public let stem: String
  /// What pairs this file with others of the same scan.
  public let subject: Subject

  private static let endings = [".nii.gz", ".nii", ".hdr.gz", ".img.gz", ".hdr", ".img", ".gz"]

  /// Of the last component of a path.
  public init(path: String) {
    var name = path.lastComponent
    if let ending = Self.endings.first(where: { name.hasSuffix($0) && name.count > $0.count }) {
      name.removeLast(ending.count)
    }
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

  /// The file itself and, where it is one half of a `.hdr`/`.img` pair, the other half and SPM's `.mat` file: all whose
  /// bytes make the scan.
  package static func files(of path: String) -> [String] {
    guard PairName.half(path) != nil else { return [path] }
    let partner = PairName.partner(of: path)
    return [path] + (partner.exists ? [partner.path] : []) + [PairName.matrix(of: path)].compactMap { $0 }
  }

  /// Where the preprocessed scan goes, as a BIDS derivative: `sub-01_desc-preproc_T1w.nii.gz` in this folder.
  public func preprocessed(in folder: String) -> String {
    (folder as NSString).appendingPathComponent(stem + "_desc-preproc_T1w.nii.gz")
  }
}
