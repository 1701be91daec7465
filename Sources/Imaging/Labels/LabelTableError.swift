/// What can be wrong with a table of labels, or with a map read by it. `path` is as the user typed it.
public enum LabelTableError: Error, Hashable, Sendable {
  /// Labels of the map that the table does not list, with how many voxels have each.
  case unknownLabels(path: String, counts: [UInt16: Int], table: String)
  /// Neither a built-in table's name nor a file that can be read.
  case noSuchTable(String)
  case notText(String)
  case noColumn(path: String, needed: String, found: [String])
  case badRow(path: String, line: Int, cells: Int, needed: Int)
  case badIndex(path: String, line: Int, found: String)
  case badTissue(path: String, line: Int, found: String)
  /// A label that two rows of a TSV give two tissues; `lines` and `tissues` are those of the rows, the first first.
  case listedTwice(path: String, lines: [Int], label: UInt16, tissues: [Tissue])
}
