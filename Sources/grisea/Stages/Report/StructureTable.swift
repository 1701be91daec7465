import Files
import Foundation
import Reports

/// The volumes of structures in a report: the table `structures.tsv` of a folder, as it is.
struct StructureTable {
  static let fileName = "structures.tsv"

  private let table: ResultTable

  /// Reads the table of a folder; `nil` without one.
  /// - Throws: `ReportError.unreadable`.
  init?(folder: String) throws(ReportError) {
    let path = folder.joined(Self.fileName)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    table = try ResultTable(contentsOf: path)
  }

  /// The section.
  /// - Parameter names: names of the scans that have a card, to which the first cells of their rows link.
  func section(linkingTo names: Set<String>) -> ReportSection {
    let columns = table.columns.map { name in
      let cells = table.texts(name)
      return ReportTable.Column(
        SubjectTable.words(name), isNumber: cells.allSatisfy { Double($0) != nil || $0 == TableCell.missing })
    }
    let rows = table.rows.map { row in
      let cells = table.columns.map { row[$0] ?? TableCell.missing }
      let name = cells.first ?? ""
      return ReportTable.Row(cells, link: names.contains(name) ? "#" + ReportCard.id(of: name) : nil)
    }
    return ReportSection(
      id: "structures", title: "Structures",
      [ReportTable(caption: "Volumes of structures, from \(Self.fileName)", columns: columns, rows: rows)])
  }
}
