import Foundation

/// Lines of a name and cells under each other, for a person to read.
struct TextTable {
  private var lines: [(name: String, cells: [String])] = []

  mutating func add(_ name: String, _ cells: [String]) { lines.append((name, cells)) }

  /// Without spaces at the ends of lines.
  var text: String {
    let width = max(12, (lines.map(\.name.count).max() ?? 0) + 2)
    return lines.map { line in
      let cells = line.cells.map { $0.padding(toLength: max(17, $0.count + 2), withPad: " ", startingAt: 0) }
      let all = line.name.padding(toLength: width, withPad: " ", startingAt: 0) + cells.joined()
      return String(all.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// `0.8123 ± 0.0321`; without a deviation where one value has none, `n/a` where there is no value at all.
  static func cell(_ statistics: ScoreStatistics, digits: Int = 4, sign: Bool = false) -> String {
    guard let mean = statistics.mean else { return "n/a" }
    let spread = statistics.standardDeviation.map { " ± " + number($0, digits: digits) } ?? ""
    return number(mean, digits: digits, sign: sign) + spread
  }

  static func number(_ value: Double?, digits: Int = 4, sign: Bool = false) -> String {
    value.map { String(format: sign ? "%+.\(digits)f" : "%.\(digits)f", $0) } ?? "n/a"
  }
}
