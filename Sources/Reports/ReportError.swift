import Files

/// Why there is no report.
public enum ReportError: Error, Hashable, Sendable {
  case noResults(String)
  /// A scan without results in a folder.
  case noLabels(of: String, folder: String)
  case unreadable(path: String, reason: String)
  /// `found` is the first line.
  case noTrainingLog(path: String, found: String)
  case noAssociation(path: String)
  /// A folder without a map of how gray matter changes with any target.
  case noChanges(folder: String, targets: [String])
}

extension ReportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noResults(let path):
      "\(path): needed a folder that `grisea segment` or `grisea bids` has filled, found no …_dseg.nii.gz in it"
    case .noLabels(let scan, let folder):
      "\(scan): needed its labels, found no …_dseg.nii.gz of it in \(folder)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noTrainingLog(let path, let found):
      "\(path): needed a training's log with the columns epoch and loss, found \(found)"
    case .noAssociation(let path):
      "\(path): needed what `grisea associate` writes beside its table, found something else"
    case .noChanges(let folder, let targets):
      "\(folder): needed maps of `grisea reconstruct --changes`, found none of \(targets.joined(separator: ", "))"
    }
  }
}
