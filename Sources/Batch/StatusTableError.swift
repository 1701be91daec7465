import Files

/// Why a table of states cannot be kept.
public enum StatusTableError: Error, Hashable, Sendable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// `found` is the first line.
  case notThisTable(path: String, found: String)
}

extension StatusTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notThisTable(let path, let found):
      "\(path): needed a table with the columns \(StatusRow.columns.joined(separator: ", ")), "
        + "found \(found.split(separator: "\t").joined(separator: ", "))"
    }
  }
}
