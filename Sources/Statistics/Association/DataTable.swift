import Files
import Foundation
import Numerics

/// A TSV table as defined by BIDS: a header, then one row per subject or scan, with `n/a` for missing values.
///
/// The first column identifies the rows: `participant_id`; or `subject` or `scan`, as in tables of volumes, from which
/// the entity `sub` is taken; or `target`, in tables of patterns.
public struct DataTable: Hashable, Sendable {
  /// The file's path.
  public let path: String
  /// Names of the columns.
  public private(set) var columns: [String]
  /// The cells of each row.
  public private(set) var rows: [[String]]
  /// Whether the features of the rows are elsewhere.
  package private(set) var isFeatureless = false

  /// Reads a table.
  /// - Throws: `AssociationError` if the file cannot be read or is not such a table.
  public init(contentsOf path: String) throws(AssociationError) {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
    try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// Parses a table.
  /// - Parameters:
  ///   - text: the file's text.
  ///   - path: the file's path, for error messages.
  /// - Throws: `AssociationError` if the text is not such a table.
  public init(text: String, path: String) throws(AssociationError) {
    let lines = TSV.rows(text).map { $0.map { $0.trimmingCharacters(in: .whitespaces) } }
    guard let head = lines.first, Self.keys.contains(head[0].lowercased()) else {
      throw .noKey(path: path, found: lines.first?.first ?? "")
    }
    for (number, line) in lines.enumerated() where line.count != head.count {
      throw .ragged(path: path, line: number + 1, found: line.count, needed: head.count)
    }
    guard lines.count > 1 else { throw .noRows(path: path) }
    self.path = path
    columns = head
    rows = Array(lines.dropFirst())
  }

  /// A table without features, of scans whose features are elsewhere.
  /// - Parameters:
  ///   - participants: whose each scan is, such as `sub-01`.
  ///   - scans: names of the scans, such as `sub-01_ses-2`.
  ///   - path: names the table in errors.
  package init(participants: [String], scans: [String], path: String) {
    self.path = path
    isFeatureless = true
    let needsScans = participants != scans
    columns = ["participant_id"] + (needsScans ? ["scan"] : [])
    rows = zip(participants, scans).map { [$0] + (needsScans ? [$1] : []) }
  }

  private static let keys: Set = ["participant_id", "subject", "scan", "target"]
  /// Columns that identify a scan.
  package static let identities: Set = ["participant_id", "subject", "session_id", "scan", "target"]

  /// Columns of text in tables of volumes.
  private static let textColumns: Set = ["doubts"]

  /// The participant of each row: `sub-01` for `sub-01_ses-2`; the whole cell if it does not begin with `sub-`.
  public var participants: [String] {
    rows.map { $0[0].hasPrefix("sub-") ? String($0[0].prefix { $0 != "_" }) : $0[0] }
  }

  /// The scan of each row: the cell of the column `scan`, or the first cell with the session of `session_id`.
  package var scans: [String] {
    let scan = columns.firstIndex { $0.lowercased() == "scan" }
    let session = columns.firstIndex { $0.lowercased() == "session_id" }
    return rows.map { row in
      if let scan, !Self.isMissing(row[scan]) { return row[scan] }
      guard let session, !Self.isMissing(row[session]) else { return row[0] }
      return "\(row[0])_ses-\(row[session].trimmingPrefix("ses-"))"
    }
  }

  /// Returns the cells of a column, `nil` for missing values; `nil` if there is no such column.
  package func cells(_ column: String) -> [String?]? {
    guard let place = columns.firstIndex(of: column) else { return nil }
    return rows.map { Self.isMissing($0[place]) ? nil : $0[place] }
  }

  /// Returns a table with the named columns and those that identify the rows.
  /// - Throws: `AssociationError.noSuchColumn`.
  public func selecting(_ names: [String]) throws(AssociationError) -> DataTable {
    for name in names where !columns.contains(name) {
      throw .noSuchColumn(path: path, column: name, found: columns)
    }
    let places = columns.indices.filter {
      $0 == 0 || Self.identities.contains(columns[$0].lowercased()) || names.contains(columns[$0])
    }
    var table = self
    table.columns = places.map { columns[$0] }
    table.rows = rows.map { row in places.map { row[$0] } }
    return table
  }

  private static func isMissing(_ cell: String) -> Bool {
    ["", "n/a", "na", "nan"].contains(cell.lowercased())
  }

  /// The places of the columns of features: all except identifiers and text.
  private var featurePlaces: [Int] {
    let others = Self.identities.union(Self.textColumns)
    return columns.indices.filter { !others.contains(columns[$0].lowercased()) }
  }

  /// The names of the columns of features.
  var featureNames: [String] { featurePlaces.map { columns[$0] } }

  /// Returns the columns of features with their names.
  /// - Parameter excluded: names of columns that are no features.
  /// - Throws: `AssociationError.notNumbers` if a cell is not a number.
  package func numbers(
    without excluded: [String] = []
  ) throws(AssociationError) -> (names: [String], values: Matrix) {
    let places = featurePlaces.filter { !excluded.contains(columns[$0]) }
    guard !places.isEmpty else { throw .noFeatures(path: path) }
    var matrix = Matrix(rows: rows.count, columns: places.count)
    for (j, place) in places.enumerated() {
      for (i, row) in rows.enumerated() {
        guard let number = Double(row[place]), number.isFinite else {
          throw .notNumbers(path: path, column: columns[place], found: row[place])
        }
        matrix[i, j] = number
      }
    }
    return (places.map { columns[$0] }, matrix)
  }
}
