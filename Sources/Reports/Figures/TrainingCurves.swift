import Files
import Foundation
import Imaging

/// The curves of a training, from the table that `train` writes.
public struct TrainingCurves: Sendable {
  private let columns: [String]
  private let rows: [[String]]

  /// - Throws: `ReportError.unreadable`, `.noTrainingLog`.
  public init(contentsOf path: String) throws(ReportError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.systemReason)
    }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let columns = lines.first, columns.contains("epoch"), columns.contains("loss"),
      lines.allSatisfy({ $0.count == columns.count })
    else { throw .noTrainingLog(path: path, found: lines.first?.joined(separator: ", ") ?? "nothing") }
    self.columns = columns
    rows = Array(lines.dropFirst())
  }

  package var section: ReportSection {
    let dice = [Tissue.grayMatter, .whiteMatter, .csf].map(\.name).compactMap { name -> CurvePlot.Curve? in
      let points = points("dice_" + name)
      return points.isEmpty ? nil : .init(name: name, points: points)
    }
    var plots = [
      CurvePlot(title: "Loss", axis: "epoch", curves: [.init(name: "", points: points("loss"))])
    ]
    if !dice.isEmpty { plots.append(CurvePlot(title: "Validation Dice", axis: "epoch", curves: dice)) }
    return ReportSection(id: "training", title: "Training of the model", [ReportPlots(plots)])
  }

  /// The share of the differences from the mean map that does not come back, of a latent space's training.
  package var reconstructionPlot: CurvePlot {
    let curves = [("loss", "training"), ("held_out", "held out")].compactMap { column, name in
      let points = points(column)
      return points.isEmpty ? nil : CurvePlot.Curve(name: name, points: points)
    }
    return CurvePlot(title: "Share of the differences left", axis: "epoch", curves: curves)
  }

  /// Epochs that have a value.
  private func points(_ column: String) -> [(x: Double, y: Double)] {
    guard let x = columns.firstIndex(of: "epoch"), let y = columns.firstIndex(of: column) else { return [] }
    return rows.compactMap { row in
      guard let epoch = Double(row[x]), let value = Double(row[y]) else { return nil }
      return (epoch, value)
    }
  }
}
