import Foundation
import Imaging

extension ScoreTable {
  /// Dice per subject and tissue as a person reads it, and mean ± standard deviation below.
  public var text: String {
    let width = max(12, (subjects.map(\.count).max() ?? 0) + 2)
    let header = line("Dice", tissues.map(\.name), width)
    let body = subjects.map { subject in
      line(subject, tissues.map { dice(of: subject, $0).map { String(format: "%.4f", $0) } ?? "n/a" }, width)
    }
    let summary = tissues.map { tissue -> String in
      let statistics = statistics(of: tissue, .dice)
      guard let mean = statistics.mean else { return "n/a" }
      let spread = statistics.standardDeviation.map { String(format: " ± %.4f", $0) } ?? ""
      return String(format: "%.4f", mean) + spread
    }
    return ([header] + body + [line("mean ± sd", summary, width)]).joined(separator: "\n")
  }

  private func dice(of subject: String, _ tissue: Tissue) -> Double? {
    rows.first { $0.subject == subject && $0.tissue == tissue }?.scores.dice
  }

  private func line(_ name: String, _ cells: [String], _ width: Int) -> String {
    let cellWidth = 17
    let padded = cells.map { $0.padding(toLength: cellWidth, withPad: " ", startingAt: 0) }
    let all = name.padding(toLength: width, withPad: " ", startingAt: 0) + padded.joined()
    return String(all.reversed().drop { $0 == " " }.reversed())
  }
}
