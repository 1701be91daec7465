import Files
import Foundation
import Reports

/// A table of results as rows of named cells.
struct ResultTable: Sendable {
  let columns: [String]
  private let cells: [[String]]

  /// Reads a table.
  /// - Throws: `ReportError.unreadable`.
  init(contentsOf path: String) throws(ReportError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.systemReason)
    }
    let lines = TSV.rows(text)
    columns = lines.first ?? []
    let count = columns.count
    guard lines.allSatisfy({ $0.count == count }) else {
      throw .unreadable(path: path, reason: "its rows have different numbers of cells")
    }
    cells = Array(lines.dropFirst())
  }

  /// The rows: cells by the names of their columns.
  var rows: [[String: String]] {
    cells.map { row in Dictionary(zip(columns, row)) { first, _ in first } }
  }

  /// Returns the numbers of a column, row by row; NaN for cells without a number. Empty without the column.
  func numbers(_ name: String) -> [Double] {
    guard let column = columns.firstIndex(of: name) else { return [] }
    return cells.map { Double($0[column]) ?? .nan }
  }

  /// Returns the texts of a column, row by row; empty without the column.
  func texts(_ name: String) -> [String] {
    guard let column = columns.firstIndex(of: name) else { return [] }
    return cells.map { $0[column] }
  }
}
