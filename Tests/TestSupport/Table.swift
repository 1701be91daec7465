/// Tables as texts.
package enum Table {
  /// Returns the rows as lines of cells that tabs separate.
  package static func text(_ rows: [[String]]) -> String {
    rows.map { $0.joined(separator: "\t") }.joined(separator: "\n") + "\n"
  }
}
