import Imaging
import NeuralNetwork

/// Dice of whole validation images on the network's own grid, to watch a training by. Results are judged on the
/// scans' grids, by `Evaluation`.
struct ValidationDice {
  private let segmenter: Segmenter

  init(_ model: SegmentationModel, precision: Precision, threads: Int?) throws(EngineError) {
    // Half the overlap of inference: a quarter of the time, and the curve's shape is what matters.
    segmenter = try Segmenter(
      model, .init(overlap: 0.25, precision: precision), threads: threads)
  }

  /// Mean over the images, by tissue.
  func measure(
    _ parameters: Parameters, on examples: [TrainingData.Example]
  ) throws -> [Tissue: Double] {
    try segmenter.setParameters(parameters)
    let tissues = segmenter.model.labels.map(\.tissue)
    var sums: [Tissue: Double] = [:]
    for example in examples {
      let found = LabelMap(mostProbable: try segmenter.probabilities(of: example.image.image))
      for (channel, tissue) in tissues.enumerated() where tissue != .background {
        sums[tissue, default: 0] += Self.dice(UInt16(channel), found, example.image.labels)
      }
    }
    return sums.mapValues { $0 / Double(examples.count) }
  }

  /// 2 |A ∩ B| / (|A| + |B|); 1 where both are empty.
  private static func dice(_ label: UInt16, _ found: LabelMap, _ wanted: LabelMap) -> Double {
    var (both, total) = (0, 0)
    for (a, b) in zip(found.labels, wanted.labels) {
      if a == label && b == label { both += 1 }
      total += (a == label ? 1 : 0) + (b == label ? 1 : 0)
    }
    return total == 0 ? 1 : 2 * Double(both) / Double(total)
  }
}
