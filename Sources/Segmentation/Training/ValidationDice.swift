import Imaging
import NeuralNetwork

/// Dice of whole validation images on the network's own grid, to watch a training by. Results are judged on the
/// scans' grids, by `Evaluation`.
struct ValidationDice {
  private let segmenter: Segmenter

  init(_ model: SegmentationModel, threads: Int?) throws(EngineError) {
    // Half the overlap of inference: a quarter of the time, and the curve's shape is what matters.
    segmenter = try Segmenter(model, overlap: 0.25, threads: threads)
  }

  /// Mean over the images, by tissue.
  func measure(_ parameters: Parameters, on examples: [TrainingData.Example]) throws(EngineError) -> [Tissue:
    Double]
  {
    try segmenter.setParameters(parameters)
    let tissues = segmenter.model.labels.map(\.tissue)
    var sums: [Tissue: Double] = [:]
    for example in examples {
      let channels = try segmenter.probabilities(of: example.image.image)
      let counts = Self.counts(channels, example.image.labels)
      for (channel, tissue) in tissues.enumerated() where tissue != .background {
        let total = counts.found[channel] + counts.wanted[channel]
        sums[tissue, default: 0] += total == 0 ? 1 : 2 * Double(counts.both[channel]) / Double(total)
      }
    }
    return sums.mapValues { $0 / Double(examples.count) }
  }

  private static func counts(
    _ channels: [Volume], _ labels: LabelMap
  ) -> (both: [Int], found: [Int], wanted: [Int]) {
    var both = [Int](repeating: 0, count: channels.count)
    var (found, wanted) = (both, both)
    for index in labels.labels.indices {
      var best = 0
      for channel in 1..<channels.count where channels[channel].voxels[index] > channels[best].voxels[index] {
        best = channel
      }
      let right = Int(labels.labels[index])
      found[best] += 1
      wanted[right] += 1
      if best == right { both[best] += 1 }
    }
    return (both, found, wanted)
  }
}
