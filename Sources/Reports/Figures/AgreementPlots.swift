import Evaluation
import Files
import Foundation
import Imaging

/// The section on agreement with references: a table of mean scores, and plots of Dice and volumes.
package struct AgreementPlots {
  private let scores: ScoreTable

  /// Creates the section's content from scores.
  package init(_ scores: ScoreTable) { self.scores = scores }

  private static let measures: [(ScoreMeasure, String)] = [
    (.dice, "Dice"), (.hausdorff95, "HD95 mm"), (.averageSurfaceDistance, "ASSD mm"),
    (.surfaceDice, "Surface Dice"), (.relativeVolumeDifference, "Relative volume difference"),
  ]

  /// The section.
  package var section: ReportSection {
    ReportSection(
      id: "agreement", title: "Agreement with references",
      [summary, ReportPlots(scores.labels.map(dice)), ReportPlots(scores.labels.map(volumes))])
  }

  private var summary: ReportTable {
    let columns = ["Tissue", "Measure", "Scans", "Mean", "SD", "Median"].enumerated().map {
      ReportTable.Column($1, isNumber: $0 > 1)
    }
    let rows = scores.labels.flatMap { label in
      Self.measures.map { measure, name in
        let statistics = scores.statistics(of: label, measure)
        let numbers = [statistics.mean, statistics.standardDeviation, statistics.median]
        return ReportTable.Row(
          [label.name, name, "\(statistics.count)"]
            + numbers.map { TableCell.text($0, "%.4f") })
      }
    }
    return ReportTable(caption: "Over all scans with a reference", columns: columns, rows: rows)
  }

  private func rows(_ label: ScoredLabel) -> [ScoreTable.Row] { scores.rows.filter { $0.label == label } }

  private func dice(_ label: ScoredLabel) -> any ReportContent {
    StripPlot(
      title: "Dice of \(label.name)",
      values: rows(label).compactMap { row in row.scores.dice.map { (name: row.subject, value: $0) } })
  }

  private func volumes(_ label: ScoredLabel) -> any ReportContent {
    let agreement = scores.volumeAgreement(of: label)
    return DifferencePlot(
      title: "\(label.name) against the reference", unit: "ml",
      points: rows(label).map { row in
        .init(name: row.subject, first: row.scores.predictionVolume, second: row.scores.referenceVolume)
      },
      bias: agreement.bias, limits: agreement.limits.map { ($0.low, $0.high) })
  }
}
