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

  /// Mean over the images whose labels have a tissue, by tissue; a tissue that none of them has is left out.
  func measure(
    _ parameters: Parameters, on examples: [TrainingData.Example]
  ) throws -> [Tissue: Double] {
    try segmenter.setParameters(parameters)
    let tissues = segmenter.model.labels.map(\.tissue)
    var values: [Tissue: [Double]] = [:]
    for example in examples {
      let found = LabelMap(mostProbable: try segmenter.probabilities(of: example.image.image))
      for (channel, tissue) in tissues.enumerated() where tissue != .background {
        let dice = Self.dice(UInt16(channel), found, example.image.labels)
        if let dice { values[tissue, default: []].append(dice) }
      }
    }
    return values.mapValues { $0.reduce(0, +) / Double($0.count) }
  }

  /// 2 |A ∩ B| / (|A| + |B|); `nil` where the reference is empty, and says nothing of what was found.
  private static func dice(_ label: UInt16, _ found: LabelMap, _ wanted: LabelMap) -> Double? {
    var (both, mine, theirs) = (0, 0, 0)
    for (a, b) in zip(found.labels, wanted.labels) {
      if a == label && b == label { both += 1 }
      mine += a == label ? 1 : 0
      theirs += b == label ? 1 : 0
    }
    return theirs == 0 ? nil : 2 * Double(both) / Double(mine + theirs)
  }
}
