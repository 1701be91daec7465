import Files

/// Why a table of volumes cannot be added to.
public enum VolumeTableError: Error, Hashable, Sendable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case notThisTable(path: String, found: [String])
}

extension VolumeTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notThisTable(let path, let found):
      "\(path): needed a table with the columns \(VolumeTable.columns.joined(separator: ", ")), "
        + "found \(found.joined(separator: ", "))"
    }
  }
}
