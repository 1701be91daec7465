import Foundation

/// A table of tab-separated values with columns that name files, by absolute paths or by paths relative to the folder
/// of the table.
public struct PathTable: Hashable, Sendable {
  /// A reason why a file cannot be used as a table.
  public enum Failure: Error, Hashable, Sendable {
    /// The file cannot be read.
    case unreadable(String)
    /// The file is not UTF-8 text.
    case notText(String)
    /// The header lacks a needed column.
    case noColumn(path: String, needed: String, found: [String])
    /// A row has another number of cells than the header.
    case badRow(path: String, line: Int, cells: Int, needed: Int)
    /// The table has a header and no rows.
    case noRows(String)
    /// Two rows are of the same subject.
    case repeated(path: String, line: Int, first: Int, subject: String)
  }

  /// The path of the table.
  public let path: String
  private let header: [String]
  /// The cells of all lines except the first. Each row has as many cells as the header.
  private let rows: [[String]]

  /// Reads a table.
  /// - Parameters:
  ///   - path: The path of the table.
  ///   - needed: The names of the columns that must exist.
  /// - Throws: `Failure` if the file is not such a table.
  public init(contentsOf path: String, columns needed: [String]) throws(Failure) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    guard let text = String(data: data, encoding: .utf8) else { throw .notText(path) }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    self.path = path
    header = lines.first ?? []
    rows = Array(lines.dropFirst())
    for name in needed where !header.contains(name) {
      throw .noColumn(path: path, needed: name, found: header)
    }
    for (number, row) in rows.enumerated() where row.count != header.count {
      throw .badRow(path: path, line: Self.line(ofRow: number), cells: row.count, needed: header.count)
    }
    if rows.isEmpty { throw .noRows(path) }
  }

  /// Returns the line number, from 1, of a row given by its index.
  public static func line(ofRow number: Int) -> Int { number + 2 }

  /// Returns the cells of a column, row by row, or `nil` if the column does not exist.
  public func cells(_ name: String) -> [String]? {
    header.firstIndex(of: name).map { column in rows.map { $0[column] } }
  }

  /// Returns the paths in a column, row by row, or an empty array if the column does not exist.
  public func files(_ name: String) -> [String] {
    let folder = path.parentFolder
    return (cells(name) ?? []).map { cell in
      cell.hasPrefix("/") ? cell : (folder as NSString).appendingPathComponent(cell)
    }
  }
}

extension PathTable.Failure: CustomStringConvertible {
  /// A sentence for the user: the file, what was found and what was needed.
  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read"
    case .notText(let path): "\(path): not a text file; needed a table of tab-separated values"
    case .noColumn(let path, let needed, let found):
      "\(path): needed a column `\(needed)`, found \(found.isEmpty ? "none" : found.joined(separator: ", "))"
    case .badRow(let path, let line, let cells, let needed):
      "\(path):\(line): found \(cells) cells, needed \(needed)"
    case .repeated(let path, let line, let first, let subject):
      "\(path):\(line): the subject \(subject) is that of line \(first) too; name each pair in a column `subject`"
    case .noRows(let path): "\(path): found no row below the header, needed at least one"
    }
  }
}

/// The format of numbers in tables and on pages.
package enum TableCell {
  /// The text of a missing value, as in BIDS tables.
  package static let missing = "n/a"

  /// Returns the text of a number, or `n/a` if the number is missing, infinite or NaN.
  /// - Parameters:
  ///   - value: The number.
  ///   - format: A `printf` format for one `Double`.
  package static func text(_ value: Double?, _ format: String) -> String {
    value.finite.map { String(format: format, $0) } ?? missing
  }
}

extension Double? {
  /// The number, or `nil` if it is infinite or NaN: neither JSON nor a BIDS table can represent such a number.
  package var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
