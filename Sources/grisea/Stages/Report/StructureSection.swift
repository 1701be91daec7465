import Files
import Foundation
import Reports

/// The volumes of structures in a report: the table of a folder without the columns of soft volumes.
struct StructureSection {
  private let table: ResultTable
  private let fileName: String

  /// Reads the table of a folder; `nil` without one.
  /// - Throws: `ReportError.unreadable`.
  init?(folder: String) throws(ReportError) {
    let names = [StructureTable.fileName, StructureTable.groupFileName]
    let found = names.first { FileManager.default.fileExists(atPath: folder.joined($0)) }
    guard let found else { return nil }
    fileName = found
    table = try ResultTable(contentsOf: folder.joined(found))
  }

  /// The section.
  /// - Parameter names: names of the scans that have a card, to which their rows link.
  func section(linkingTo names: Set<String>) -> ReportSection {
    let shown = table.columns.filter { !$0.hasSuffix("_soft_ml") }
    let columns = shown.map { name in
      let cells = table.texts(name)
      return ReportTable.Column(
        SubjectTable.words(name), isNumber: cells.allSatisfy { Double($0) != nil || $0 == TableCell.missing })
    }
    let rows = table.rows.map { row in
      let cells = shown.map { row[$0] ?? TableCell.missing }
      let name = row["scan"] ?? row["subject"] ?? ""
      return ReportTable.Row(cells, link: names.contains(name) ? "#" + ReportCard.id(of: name) : nil)
    }
    return ReportSection(
      id: "structures", title: "Structures",
      [ReportTable(caption: "Volumes of structures, from \(fileName)", columns: columns, rows: rows)])
  }
}
