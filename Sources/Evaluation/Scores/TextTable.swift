import Files
import Foundation
import Imaging

/// A text table with aligned columns for the terminal; each line has a name and cells.
struct TextTable {
  private var lines: [(name: String, cells: [String])] = []

  /// Adds a line.
  mutating func add(_ name: String, _ cells: [String]) { lines.append((name, cells)) }

  /// The lines, without spaces at their ends.
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

  /// Returns mean and standard deviation as `0.8123 ± 0.0321 (n 10)`. The deviation is left out if there is only one
  /// value; without any value the text is `n/a (n 0)`.
  static func cell(_ statistics: ScoreStatistics, digits: Int = 4, sign: Bool = false) -> String {
    let spread = statistics.standardDeviation.map { " ± " + number($0, digits: digits) } ?? ""
    return number(statistics.mean, digits: digits, sign: sign) + spread + " (n \(statistics.count))"
  }

  /// Returns a number with a fixed number of decimals, or `n/a`.
  static func number(_ value: Double?, digits: Int = 4, sign: Bool = false) -> String {
    TableCell.text(value, sign ? "%+.\(digits)f" : "%.\(digits)f")
  }
}

extension ScoreTable {
  /// A summary for the terminal: Dice per subject and label, then mean ± standard deviation of Dice, of surface
  /// distances and of the volume differences. The files hold all other measures.
  ///
  /// With more labels than fit side by side, there is one line for each label instead of each subject.
  public var text: String {
    guard labels.count <= Self.mostColumns else { return textByLabel }
    var table = TextTable()
    table.add("Dice", labels.map(\.name))
    for subject in subjects {
      table.add(subject, labels.map { TextTable.number(dice(of: subject, $0)) })
    }
    table.add("mean ± sd", labels.map { TextTable.cell(statistics(of: $0, .dice)) })
    guard measures.contains(.hausdorff95) else { return table.text }
    table.add("HD95 mm", labels.map { TextTable.cell(statistics(of: $0, .hausdorff95), digits: 2) })
    table.add(
      "ASSD mm", labels.map { TextTable.cell(statistics(of: $0, .averageSurfaceDistance), digits: 3) })
    let excess = labels.map { label in
      let scores = rows.filter { $0.label == label }.map(\.scores)
      return ScoreStatistics(scores.map { $0.predictionVolume - $0.referenceVolume })
    }
    table.add("excess ml", excess.map { TextTable.cell($0, digits: 1, sign: true) })
    return table.text
  }

  /// The greatest number of labels side by side.
  private static let mostColumns = 6

  private var textByLabel: String {
    var table = TextTable()
    table.add("label", ["Dice", "HD95 mm", "ASSD mm"])
    for label in labels {
      let digits: [(ScoreMeasure, Int)] = [(.dice, 4), (.hausdorff95, 2), (.averageSurfaceDistance, 3)]
      table.add(label.name, digits.map { TextTable.cell(statistics(of: label, $0.0), digits: $0.1) })
    }
    let means = subjects.compactMap { subject -> Double? in
      let values = rows.filter { $0.subject == subject }.compactMap(\.scores.dice)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    table.add("mean of labels", [TextTable.cell(ScoreStatistics(means))])
    return table.text
  }

  private func dice(of subject: String, _ label: ScoredLabel) -> Double? {
    rows.first { $0.subject == subject && $0.label == label }?.scores.dice
  }
}
