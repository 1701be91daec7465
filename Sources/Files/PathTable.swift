import Foundation

/// A table of tab-separated values of which columns name files: by paths from the table's folder, or absolute ones.
public struct PathTable: Hashable, Sendable {
  /// Why a file is no such table.
  public enum Failure: Error, Hashable, Sendable {
    case unreadable(String)
    case notText(String)
    case noColumn(path: String, needed: String, found: [String])
    case badRow(path: String, line: Int, cells: Int, needed: Int)
    /// A header alone.
    case noRows(String)
  }

  public let path: String
  private let header: [String]
  /// All but the first line, each with as many cells as that.
  private let rows: [[String]]

  /// - Parameter needed: columns without which the table is none.
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

  /// The number of a row's line, from 1.
  public static func line(ofRow number: Int) -> Int { number + 2 }

  /// The cells of a column, row by row; `nil` where there is no such column.
  public func cells(_ name: String) -> [String]? {
    header.firstIndex(of: name).map { column in rows.map { $0[column] } }
  }

  /// The files that a column names; none where there is no such column.
  public func files(_ name: String) -> [String] {
    let folder = path.parentFolder
    return (cells(name) ?? []).map { cell in
      cell.hasPrefix("/") ? cell : (folder as NSString).appendingPathComponent(cell)
    }
  }
}

extension PathTable.Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read"
    case .notText(let path): "\(path): not a text file; needed a table of tab-separated values"
    case .noColumn(let path, let needed, let found):
      "\(path): needed a column `\(needed)`, found \(found.isEmpty ? "none" : found.joined(separator: ", "))"
    case .badRow(let path, let line, let cells, let needed):
      "\(path):\(line): found \(cells) cells, needed \(needed)"
    case .noRows(let path): "\(path): found no row below the header, needed one at least"
    }
  }
}
