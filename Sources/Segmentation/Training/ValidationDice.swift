import Imaging
import NeuralNetwork
import Numerics

/// Dice of whole validation images on the network's grid, for monitoring a training. `Evaluation` computes results on
/// the grids of the scans.
struct ValidationDice {
  private let segmenter: Segmenter

  init(_ model: SegmentationModel, precision: Precision, threads: Int?) throws(EngineError) {
    // Half the overlap of inference takes a quarter of the time, and is sufficient for the shape of the curve.
    segmenter = try Segmenter(
      model, .init(overlap: 0.25, precision: precision), threads: threads)
  }

  /// Returns the mean Dice by tissue, over the images whose labels have the tissue. Tissues in no image are left out.
  func measure(
    _ parameters: Parameters, on examples: [TrainingData.Example]
  ) throws -> [Tissue: Double] {
    try segmenter.setParameters(parameters)
    let tissues = segmenter.model.labels.map(\.tissue)
    var values: [Tissue: [Double]] = [:]
    for example in examples {
      let found = LabelMap(mostProbable: try segmenter.probabilities(of: example.image.image))
      for (channel, tissue) in tissues.enumerated() where tissue != .background {
        let overlap = MaskOverlap(found.labels, example.image.labels.labels, label: UInt16(channel))
        if overlap.second > 0, let dice = overlap.dice { values[tissue, default: []].append(dice) }
      }
    }
    return values.mapValues { $0.reduce(0, +) / Double($0.count) }
  }
}
