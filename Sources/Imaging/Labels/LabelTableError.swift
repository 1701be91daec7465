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
