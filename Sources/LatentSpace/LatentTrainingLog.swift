import Files
import Foundation
import Imaging
import Statistics

/// `latent.log.tsv`: how the training of a latent space went, one row for each epoch.
public struct LatentTrainingLog: Hashable, Sendable {
  public static let columns = ["epoch", "loss", "held_out"]

  public let tsv: String

  init(_ epochs: [LatentTrainer.Epoch]) {
    let rows = epochs.map { epoch in
      ["\(epoch.number)"]
        + [epoch.loss, epoch.heldOut].map { TableCell.text($0, "%.5f") }
    }
    tsv = ([Self.columns] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// Writes the table whole or not at all.
  /// - Throws: `AssociationError.unwritable`.
  public func write(to path: String) throws(AssociationError) {
    do throws(WriteError) { try AtomicFile.write(tsv, to: path) } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}

extension LatentTrainer.Outcome {
  /// `nil` of principal components, which are found in no epochs.
  public var log: LatentTrainingLog? { epochs.isEmpty ? nil : LatentTrainingLog(epochs) }
}
