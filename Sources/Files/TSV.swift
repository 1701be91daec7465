/// Tables of tab-separated values, as defined by BIDS.
///
/// Lines end with `\n` or `\r\n`. All other characters that Unicode counts as line ends, such as U+0085 and U+2028, are
/// parts of cells. There are no quotation marks and no escape sequences.
package enum TSV {
  /// Returns the cells of each line that is not empty. A byte order mark at the start, which spreadsheets write, is
  /// ignored.
  package static func rows(_ text: String) -> [[String]] {
    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: byteOrderMark) { bytes = bytes.dropFirst(byteOrderMark.count) }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard !line.isEmpty else { return nil }
      return line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  /// Returns rows as text, each with a line break at its end.
  package static func text(_ rows: [[String]]) -> String { rows.map(line).joined() }

  /// Returns one row as text with a line break at its end.
  package static func line(_ cells: [String]) -> String { cells.joined(separator: "\t") + "\n" }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
