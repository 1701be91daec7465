import Imaging
import NeuralNetwork
import Numerics

extension CalibrationSample {
  /// Reads images with labels, one at a time, and asks a network about them.
  /// - Parameters:
  ///   - table: what the labels mean.
  ///   - segmenter: of a model whose output is a softmax over the tissues (`checkTissueProbabilities`).
  ///   - seed: of which voxels are taken.
  ///   - report: called with how many images are done.
  ///   - warned: called with what is doubtful about a label map.
  ///   - failed: called with each file's error; the others are still read, so that all faults are known at once.
  /// - Returns: `nil` where any failed: a temperature of fewer images than asked for would be another one.
  public init?(
    reading list: TrainingList, labelTable table: LabelTable, segmenter: Segmenter, seed: UInt64,
    report: (Int) -> Void = { _ in }, warned: (TrainingDataWarning) -> Void = { _ in },
    failed: (any Error) -> Void
  ) {
    self.init(channels: segmenter.model.labels.count)
    var isWhole = true
    for (number, entry) in list.entries.enumerated() {
      do {
        let example = try TrainingData.Example(
          reading: entry, labelTable: table, preprocessing: segmenter.model.preprocessing,
          warned: warned)
        var generator = SeededGenerator(seed: seed, stream: UInt64(number))
        if isWhole {
          add(
            try segmenter.probabilities(of: example.image.image), example.image.labels, using: &generator)
        }
      } catch {
        failed(error)
        isWhole = false
      }
      report(number + 1)
    }
    guard isWhole else { return nil }
  }
}
