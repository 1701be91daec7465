import Foundation
import Imaging

extension ScoreTable {
  /// Dice per subject and tissue as a person reads it, and below mean ± standard deviation of Dice, of distances
  /// between surfaces and of what the volumes are too large. All else is in the files.
  public var text: String {
    var table = TextTable()
    table.add("Dice", tissues.map(\.name))
    for subject in subjects {
      table.add(subject, tissues.map { TextTable.number(dice(of: subject, $0)) })
    }
    table.add("mean ± sd", tissues.map { TextTable.cell(statistics(of: $0, .dice)) })
    guard measures.contains(.hausdorff95) else { return table.text }
    table.add("HD95 mm", tissues.map { TextTable.cell(statistics(of: $0, .hausdorff95), digits: 2) })
    table.add(
      "ASSD mm", tissues.map { TextTable.cell(statistics(of: $0, .averageSurfaceDistance), digits: 3) })
    let excess = tissues.map { tissue in
      let scores = rows.filter { $0.tissue == tissue }.map(\.scores)
      return ScoreStatistics(scores.map { $0.predictionVolume - $0.referenceVolume })
    }
    table.add("excess ml", excess.map { TextTable.cell($0, digits: 1, sign: true) })
    return table.text
  }

  private func dice(of subject: String, _ tissue: Tissue) -> Double? {
    rows.first { $0.subject == subject && $0.tissue == tissue }?.scores.dice
  }
}
