import Files
import Foundation
import Imaging
import NeuralNetwork

/// The log of a training, one row per epoch.
public struct TrainingLog: Hashable, Codable, Sendable {
  /// The row of an epoch.
  public struct Row: Hashable, Codable, Sendable {
    /// Number of the epoch, from 1.
    public var epoch: Int
    /// Number of steps since the start of the training.
    public var steps: Int
    /// Training time in seconds since the start, without pauses between resumed runs.
    public var seconds: Double
    /// Learning rate of the epoch's last step.
    public var learningRate: Float
    /// Mean loss of the epoch.
    public var loss: Double
    /// Mean Dice of the validation images, by tissue; empty if the epoch was not validated.
    public var validationDice: [Tissue: Double]
  }

  /// The rows, in the order of the epochs.
  public var rows: [Row] = []

  /// Creates an empty log.
  public init() {}

  /// The log as tab-separated text with the columns `epoch steps seconds learning_rate loss dice_GM dice_WM dice_CSF`;
  /// `n/a` if an epoch was not validated.
  public var tsv: String {
    let tissues: [Tissue] = [.grayMatter, .whiteMatter, .csf]
    let header = ["epoch", "steps", "seconds", "learning_rate", "loss"] + tissues.map { "dice_\($0.name)" }
    let lines = rows.map { row in
      let dice = tissues.map { TableCell.text(row.validationDice[$0], "%.4f") }
      return [
        "\(row.epoch)", "\(row.steps)", String(format: "%.1f", row.seconds),
        String(format: "%.3g", row.learningRate), String(format: "%.5f", row.loss),
      ] + dice
    }
    return TSV.text([header] + lines)
  }

  /// Writes the table completely or not at all.
  /// - Throws: `ModelError.unwritable`.
  public func write(to path: String) throws(ModelError) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([Array(tsv.utf8)], to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}
