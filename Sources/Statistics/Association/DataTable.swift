import Foundation
import Numerics

/// A TSV of BIDS: a line of columns, then a row for each subject or scan, `n/a` where something is not known.
///
/// Its first column says whose a row is: `participant_id`, or `subject` or `scan` as in tables of volumes, of which the
/// entity `sub-…` counts; or `target`, in tables of patterns.
public struct DataTable: Hashable, Sendable {
  public let path: String
  public private(set) var columns: [String]
  public private(set) var rows: [[String]]
  /// Whether the features of the rows are elsewhere.
  package private(set) var isFeatureless = false

  /// - Throws: `AssociationError` where there is no such table.
  public init(contentsOf path: String) throws(AssociationError) {
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
    try self.init(text: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// - Throws: `AssociationError` where the text is no such table.
  public init(text: String, path: String) throws(AssociationError) {
    // Spreadsheets begin a text with a byte order mark, which is no part of the first column's name.
    let lines = text.trimmingPrefix("\u{feff}").split(whereSeparator: \.isNewline).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
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
  /// Columns that say which scan a row is of, and nothing about it.
  package static let identities: Set = ["participant_id", "subject", "session_id", "scan", "target"]

  /// Columns of words about a scan, in tables of volumes.
  private static let remarks: Set = ["doubts"]

  /// Whose each row is: `sub-01` of `sub-01_ses-2`, and a name without `sub-` as it is.
  public var participants: [String] {
    rows.map { $0[0].hasPrefix("sub-") ? String($0[0].prefix { $0 != "_" }) : $0[0] }
  }

  /// The cells of a column, `nil` where it is not known; `nil` without such a column.
  package func cells(_ column: String) -> [String?]? {
    guard let place = columns.firstIndex(of: column) else { return nil }
    return rows.map { Self.isMissing($0[place]) ? nil : $0[place] }
  }

  /// The columns of these names, and those that say whose a row is.
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

  /// All columns but those that identify and those of words, with their names.
  /// - Throws: `AssociationError.notNumbers` where a cell is no number.
  package func numbers() throws(AssociationError) -> (names: [String], values: Matrix) {
    let others = Self.identities.union(Self.remarks)
    let places = columns.indices.filter { !others.contains(columns[$0].lowercased()) }
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
