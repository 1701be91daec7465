import Files
import Foundation
import Imaging

/// Lines of a name and cells under each other, for a person to read.
struct TextTable {
  private var lines: [(name: String, cells: [String])] = []

  mutating func add(_ name: String, _ cells: [String]) { lines.append((name, cells)) }

  /// Without spaces at the ends of lines.
  var text: String {
    let width = max(12, (lines.map(\.name.count).max() ?? 0) + 2)
    var columns: [Int] = []
    for (_, cells) in lines {
      for (column, cell) in cells.enumerated() {
        if column == columns.count { columns.append(17) }
        columns[column] = max(columns[column], cell.count + 2)
      }
    }
    return lines.map { line in
      let cells = zip(line.cells, columns).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      let all = line.name.padding(toLength: width, withPad: " ", startingAt: 0) + cells.joined()
      return String(all.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// `0.8123 ± 0.0321 (n 10)`; without a deviation where one value has none, `n/a (n 0)` where there is no value at all.
  static func cell(_ statistics: ScoreStatistics, digits: Int = 4, sign: Bool = false) -> String {
    let spread = statistics.standardDeviation.map { " ± " + number($0, digits: digits) } ?? ""
    return number(statistics.mean, digits: digits, sign: sign) + spread + " (n \(statistics.count))"
  }

  static func number(_ value: Double?, digits: Int = 4, sign: Bool = false) -> String {
    TableCell.text(value, sign ? "%+.\(digits)f" : "%.\(digits)f")
  }
}
