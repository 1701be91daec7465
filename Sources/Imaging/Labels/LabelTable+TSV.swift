import Foundation

extension LabelTable {
  /// Reads a TSV with the columns `index`, `name` and `tissue` in any order. Other columns are ignored.
  ///
  /// `index` is a label from 0 to 65535 or a range such as `1000-1999`. `tissue` is `GM`, `WM`, `CSF` or `background`.
  /// Label 0 is background unless the file assigns it. A BIDS `dseg.tsv` becomes such a table with a column `tissue`.
  /// - Throws: `LabelTableError`; `.listedTwice` if two rows assign different tissues to one label.
  public init(contentsOf path: String) throws(LabelTableError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .noSuchTable(path) }
    guard let text = String(data: data, encoding: .utf8) else { throw .notText(path) }
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    let header = lines.first ?? []
    let index = try LabelTable.column("index", in: header, of: path)
    let name = try LabelTable.column("name", in: header, of: path)
    let tissue = try LabelTable.column("tissue", in: header, of: path)

    var entries: [Entry] = []
    var numbers: [Int] = []
    for (number, cells) in lines.enumerated().dropFirst() where cells != [""] && !cells.isEmpty {
      guard cells.count > max(index, name, tissue) else {
        throw .badRow(path: path, line: number + 1, cells: cells.count, needed: header.count)
      }
      guard let run = LabelTable.run(cells[index]) else {
        throw .badIndex(path: path, line: number + 1, found: cells[index])
      }
      guard let value = Tissue(name: cells[tissue]) else {
        throw .badTissue(path: path, line: number + 1, found: cells[tissue])
      }
      let entry = Entry(run.lowerBound, through: run.upperBound, cells[name], value)
      if let other = entries.firstIndex(where: { $0.contradicts(entry) }) {
        throw .listedTwice(
          path: path, lines: [numbers[other], number + 1],
          label: max(entry.first, entries[other].first), tissues: [entries[other].tissue, value])
      }
      entries.append(entry)
      numbers.append(number + 1)
    }
    self.init(name: path, entries: [Entry(0, "background", .background)] + entries)
  }

  private static func column(
    _ name: String, in header: [String], of path: String
  ) throws(LabelTableError) -> Int {
    guard let column = header.firstIndex(of: name) else {
      throw .noColumn(path: path, needed: name, found: header)
    }
    return column
  }

  private static func run(_ text: String) -> ClosedRange<UInt16>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
    else { return nil }
    return first...last
  }
}

extension LabelTable.Entry {
  /// Returns whether both entries contain a label and assign it to different tissues.
  fileprivate func contradicts(_ other: Self) -> Bool {
    tissue != other.tissue && first <= other.last && other.first <= last
  }
}
