import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Segmentation

/// Models without training.
enum TinyModel {
  /// Four classes from the voxel alone: a 1×1×1 convolution and a softmax with these weights and biases.
  static let weights: [Float] = [-2, 3, 0.5, -1]
  static let biases: [Float] = [1, -1.5, 0.25, 0]

  static func pointwise(
    tile: SIMD3<Int>, preprocessing: Preprocessing = Preprocessing(), weights: [Float] = weights,
    biases: [Float] = biases
  ) -> SegmentationModel {
    var graph = Graph()
    let image = graph.input(channels: 1, name: "image")
    _ = graph.softmax(graph.convolution(image, outputChannels: 4, kernel: 1, name: "classes"))
    return model(
      graph, Parameters(slots: graph.parameterSlots, values: weights + biases), preprocessing, tile: tile)
  }

  /// What the pointwise network makes of an intensity, by the formula in double precision.
  static func probabilities(of intensity: Float) -> [Double] {
    let powers = zip(weights, biases).map { exp(Double($0) * Double(intensity) + Double($1)) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  /// A small U-Net with random weights, whose output depends on each voxel's surroundings.
  static func random(tile: SIMD3<Int>, preprocessing: Preprocessing = Preprocessing()) -> SegmentationModel {
    let graph = configuration.architecture.graph
    var generator = SeededGenerator(seed: 5)
    return model(graph, Parameters(for: graph, using: &generator), preprocessing, tile: tile)
  }

  static let configuration: TrainingConfiguration = {
    var architecture = Autoencoder(outputChannels: 4)
    architecture.levels = 2
    architecture.channels = 4
    return TrainingConfiguration(architecture: architecture)
  }()

  private static func model(
    _ graph: Graph, _ parameters: Parameters, _ preprocessing: Preprocessing, tile: SIMD3<Int>
  ) -> SegmentationModel {
    SegmentationModel(
      graph: graph, parameters: parameters, preprocessing: preprocessing, patchSize: tile,
      provenance: TrainingProvenance(
        program: "grisea 0", configuration: configuration, trainingSubjects: ["sub-1", "sub-2"],
        validationSubjects: ["sub-ö"], steps: 12, validationDice: 0.1 + 0.2))
  }
}
