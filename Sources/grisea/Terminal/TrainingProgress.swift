import Files
import Foundation
import Imaging
import Segmentation

/// Shows the events of a training on standard error.
struct TrainingProgress {
  private let isSilent: Bool
  private var progress: Progress

  init(isSilent: Bool) {
    self.isSilent = isSilent
    progress = Progress("training", total: Self.total, isShare: true, isSilent: isSilent)
  }

  /// Progress is counted in thousandths, because the time limit may end a training before its last step.
  private static let total = 1000

  mutating func show(_ event: Trainer.Event) {
    switch event {
    case .resumed(let epoch):
      if !isSilent { StandardError.print("resuming after epoch \(epoch)") }
    case .step(let done, _, let loss, let share):
      progress.update(
        Int(share * Double(Self.total)), note: "step \(done), loss \(String(format: "%.4f", loss))")
    case .epoch(let row):
      guard !row.validationDice.isEmpty else { return }
      progress.finish(
        "epoch \(row.epoch), loss \(String(format: "%.4f", row.loss)), validation Dice "
          + Self.dice(row.validationDice))
    }
  }

  /// Returns the sentence at the end.
  func summary(of model: SegmentationModel) -> String {
    let provenance = model.provenance
    let dice = provenance.validationDice.map { String(format: ", validation Dice GM %.4f", $0) } ?? ""
    return "trained \(provenance.steps) steps on \(provenance.trainingSubjects.count) image(s)\(dice)"
  }

  private static func dice(_ values: [Tissue: Double]) -> String {
    values.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.key.name) \(String(format: "%.4f", $0.value))" }.joined(separator: " ")
  }
}
