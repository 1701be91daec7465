import Files
import Foundation
import Imaging
import NeuralNetwork

/// What happened in each epoch, as the training log's rows.
public struct TrainingLog: Hashable, Codable, Sendable {
  public struct Row: Hashable, Codable, Sendable {
    /// From 1.
    public var epoch: Int
    /// Steps since the beginning.
    public var steps: Int
    /// Of training since the beginning, pauses between resumed runs not counted.
    public var seconds: Double
    /// At the epoch's last step.
    public var learningRate: Float
    /// Mean over the epoch.
    public var loss: Double
    /// Mean over the validation images, by tissue; empty where this epoch was not validated.
    public var validationDice: [Tissue: Double]
  }

  /// In the order of the epochs.
  public var rows: [Row] = []

  public init() {}

  /// A table with the header `epoch steps seconds learning_rate loss dice_GM dice_WM dice_CSF`, tabs between; `n/a`
  /// stands where an epoch was not validated, as in BIDS.
  public var tsv: String {
    let tissues: [Tissue] = [.grayMatter, .whiteMatter, .csf]
    let header = ["epoch", "steps", "seconds", "learning_rate", "loss"] + tissues.map { "dice_\($0.name)" }
    let lines = rows.map { row in
      let dice = tissues.map { TableCell.text(row.validationDice[$0], "%.4f") }
      return
        ([
          "\(row.epoch)", "\(row.steps)", String(format: "%.1f", row.seconds),
          String(format: "%.3g", row.learningRate), String(format: "%.5f", row.loss),
        ] + dice).joined(separator: "\t")
    }
    return ([header.joined(separator: "\t")] + lines).joined(separator: "\n") + "\n"
  }

  /// Writes the table whole or not at all.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String) throws(ModelError) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([Array(tsv.utf8)], to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}
