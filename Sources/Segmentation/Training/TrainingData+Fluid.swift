import Imaging
import NeuralNetwork
import Synthesis

extension TrainingData {
  /// Labels background as fluid wherever a model finds a tissue in it, in all images.
  ///
  /// FreeSurfer's aseg has no label for the fluid around the brain. Without this step a network would learn that this
  /// fluid is background.
  /// - Parameters:
  ///   - model: a model of tissues, with the preprocessing of these images.
  ///   - outputs: the labels of the network's channels.
  ///   - threads: the number of threads of the model's network; `nil` for all cores.
  ///   - report: called with the number of images done.
  /// - Throws: `SegmenterError`, `EngineError`.
  public mutating func addFluid(
    by model: SegmentationModel, outputs: [OutputLabel], precision: Precision = .fastest,
    threads: Int? = nil, report: (Int) -> Void = { _ in }
  ) throws {
    guard let fluid = outputs.firstIndex(where: { $0.tissue == .csf }) else { return }
    let segmenter = try Segmenter(model, .init(precision: precision), threads: threads)
    func complete(_ examples: inout [Example], from first: Int) throws {
      for number in examples.indices {
        let example = examples[number].image
        let found = LabelMap(mostProbable: try segmenter.probabilities(of: example.image))
        var labels = example.labels
        for index in labels.labels.indices where labels.labels[index] == 0 {
          let tissue = model.labels[Int(found.labels[index])].tissue
          if tissue != .background { labels.labels[index] = UInt16(fluid) }
        }
        examples[number].image = LabeledImage(
          image: example.image, labels: labels, mirrored: example.mirrored)
        report(first + number + 1)
      }
    }
    try complete(&training, from: 0)
    try complete(&validation, from: training.count)
  }
}
