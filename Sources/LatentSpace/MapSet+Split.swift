import Files
import Foundation
import Numerics
import Statistics

extension MapSet {
  /// The maps to learn from, and those of a share of the people, who only validate.
  public func split(validation share: Double, seed: UInt64) -> (training: MapSet, validation: MapSet?) {
    guard share > 0 else { return (self, nil) }
    let people = subjects.map(\.person)
    let split = DatasetSplit(subjects: people, validationFraction: share, seed: seed)
    let held = Set(split.validation)
    let parts = Dictionary(grouping: people.indices, by: { held.contains(people[$0]) })
    return (scans(at: parts[false] ?? []), parts[true].map(scans(at:)))
  }
}

extension LatentTrainer.Outcome {
  /// For a person: how much of the maps comes back.
  public var text: String {
    func line(_ name: String, _ scores: ReconstructionScores) -> String {
      String(
        format:
          "%@ %d maps: mean squared error %.5f, %.1f %% of the differences from the mean map, GM Dice %.4f",
        name, scores.scans, scores.meanSquaredError, 100 * scores.explained, scores.dice)
    }
    return ([line("trained on", training)] + [validation].compactMap { $0.map { line("held out", $0) } })
      .joined(separator: "\n")
  }
}
