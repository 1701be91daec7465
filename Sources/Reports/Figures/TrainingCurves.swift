import Files
import Foundation
import Imaging

/// The curves of a training, from the log that `train` writes.
public struct TrainingCurves: Sendable {
  private let columns: [String]
  private let rows: [[String]]

  /// Reads a log.
  /// - Throws: `ReportError.unreadable`, `.noTrainingLog`.
  public init(contentsOf path: String) throws(ReportError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.systemReason)
    }
    let lines = TSV.rows(text)
    guard let columns = lines.first, columns.contains("epoch"), columns.contains("loss"),
      lines.allSatisfy({ $0.count == columns.count })
    else { throw .noTrainingLog(path: path, found: lines.first?.joined(separator: ", ") ?? "nothing") }
    self.columns = columns
    rows = Array(lines.dropFirst())
  }

  /// The section on the training of a segmentation model.
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

  /// The plot of a latent space's training: the unexplained share of the differences from the mean map.
  package var reconstructionPlot: CurvePlot {
    let curves = [("loss", "training"), ("held_out", "held out")].compactMap { column, name in
      let points = points(column)
      return points.isEmpty ? nil : CurvePlot.Curve(name: name, points: points)
    }
    return CurvePlot(title: "Unexplained share of the differences", axis: "epoch", curves: curves)
  }

  /// Returns the epochs with a value in a column.
  private func points(_ column: String) -> [(x: Double, y: Double)] {
    guard let x = columns.firstIndex(of: "epoch"), let y = columns.firstIndex(of: column) else { return [] }
    return rows.compactMap { row in
      guard let epoch = Double(row[x]), let value = Double(row[y]) else { return nil }
      return (epoch, value)
    }
  }
}
