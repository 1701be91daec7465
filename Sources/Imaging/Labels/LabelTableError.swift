import Files

/// An error of a label table, or of a map that is read with it. `path` is always as given by the user.
public enum LabelTableError: Error, Hashable, Sendable {
  /// The map has labels that the table does not list. `counts` has the number of voxels of each.
  case unknownLabels(path: String, counts: [UInt16: Int], table: String)
  /// The name is neither that of a built-in table nor the path of a readable file.
  case noSuchTable(String)
  /// The file is not UTF-8 text.
  case notText(String)
  /// The header lacks a needed column.
  case noColumn(path: String, needed: String, found: [String])
  /// A row has fewer cells than the header has columns.
  case badRow(path: String, line: Int, cells: Int, needed: Int)
  /// An index is neither a label nor a range of labels.
  case badIndex(path: String, line: Int, found: String)
  /// A tissue has an unknown name.
  case badTissue(path: String, line: Int, found: String)
  /// Two rows assign different tissues to one label. `lines` and `tissues` are those of the two rows in order.
  case listedTwice(path: String, lines: [Int], label: UInt16, tissues: [Tissue])
}

extension LabelTableError: CustomStringConvertible {
  /// A sentence for the user: the file, what was found and what is needed.
  public var description: String {
    switch self {
    case .unknownLabels(let path, let counts, let table):
      "\(path): \(Self.list(counts)) not in the label table \"\(table)\"; choose the table that the map was "
        + "made with, or list the label in a TSV with the columns index, name, tissue"
    case .noSuchTable(let name):
      "\(name): no such label table or file; built in are "
        + LabelTable.builtIn.map(\.name).joined(separator: ", ")
        + "; any other is the path of a TSV with the columns index, name, tissue"
    case .notText(let path):
      "\(path): not UTF-8 text; a label table is a TSV with the columns index, name, tissue"
    case .noColumn(let path, let needed, let found):
      "\(path): no column \"\(needed)\" in its first line, which has: \(found.joined(separator: ", ")); "
        + "columns are separated by tabs"
    case .badRow(let path, let line, let cells, let needed):
      "\(path): line \(line) has \(cells) columns, its header has \(needed)"
    case .badIndex(let path, let line, let found):
      "\(path): line \(line): index \"\(found)\"; needed is a label from 0 to 65535, or a run such as 1000-1999"
    case .badTissue(let path, let line, let found):
      "\(path): line \(line): tissue \"\(found)\"; needed is GM, WM, CSF or background"
    case .listedTwice(let path, let lines, let label, let tissues):
      "\(path): lines \(lines.map(String.init).joined(separator: " and ")) list label \(label) as "
        + "\(tissues.map(\.name).joined(separator: " and as ")); needed is one tissue for each label"
    }
  }

  /// Returns the first five labels as text: `label 7 (2 voxels) is` or `labels 7 (2 voxels) and 9 (1 voxel) are`.
  private static func list(_ counts: [UInt16: Int]) -> String {
    let shown = counts.sorted { $0.key < $1.key }.prefix(5)
      .map { "\($0.key) (\($0.value) \($0.value == 1 ? "voxel" : "voxels"))" }
    if let only = shown.first, counts.count == 1 { return "label \(only) is" }
    let more = counts.count > shown.count ? " and \(counts.count - shown.count) more" : ""
    return "labels \(shown.joined(separator: ", "))\(more) are"
  }
}
