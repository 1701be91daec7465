import Foundation

/// What the name of a scan's file says, in the manner of BIDS.
///
/// `data/sub-01_ses-2_T1w.nii.gz` has the stem `sub-01_ses-2`, the subject `sub-01` and the suffix `T1w`;
/// a name without entities, `colin.nii`, is stem and subject itself.
public struct ScanName: Hashable, Sendable {
  /// What the names of results begin with, before the underscore.
  public let stem: String
  /// The entity `sub-…`, or the stem.
  public let subject: String
  /// The BIDS suffix (`T1w`, `dseg`), where there are entities.
  public let suffix: String?

  public init(path: String) {
    var name = (path as NSString).lastPathComponent
    for ending in [".nii.gz", ".nii", ".hdr.gz", ".img.gz", ".hdr", ".img", ".gz"]
    where name.hasSuffix(ending) {
      name.removeLast(ending.count)
      break
    }
    let parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    let hasEntities = parts[0].hasPrefix("sub-") && parts[0].count > 4
    let hasSuffix = hasEntities && parts.count > 1 && !(parts.last ?? "").contains("-")
    let isPlainT1w = !hasEntities && parts.count > 1 && parts.last == "T1w"
    stem = hasSuffix || isPlainT1w ? parts.dropLast().joined(separator: "_") : name
    suffix = hasSuffix ? parts.last : nil
    subject = hasEntities ? parts[0] : stem
  }

  /// Where the preprocessed scan goes, as a BIDS derivative: `sub-01_desc-preproc_T1w.nii.gz` in this folder.
  public func preprocessed(in folder: String) -> String {
    (folder as NSString).appendingPathComponent(stem + "_desc-preproc_T1w.nii.gz")
  }
}
