import Foundation
import Imaging
import NeuralNetwork
import Numerics
import Segmentation
import TestSupport
import Testing

@Suite struct TemperedModelTests {
  private static func blocks(refinement: Int = 0) -> SegmentationModel {
    var model = TinyModel.random(tile: [16, 16, 16])
    var architecture = TinyModel.configuration.architecture
    architecture.voxelBlocks = true
    architecture.refinementChannels = refinement
    var generator = SeededGenerator(seed: 6)
    model.graph = architecture.graph
    model.parameters = Parameters(for: model.graph, using: &generator)
    return model
  }

  /// One tile, float32.
  private func probabilities(_ model: SegmentationModel, _ image: Volume) throws -> [Volume] {
    try Segmenter(model, .init(precision: .float32), threads: 1).probabilities(of: image)
  }

  static let models = [
    TinyModel.pointwise(tile: [16, 16, 16]), TinyModel.random(tile: [16, 16, 16]), blocks(),
    blocks(refinement: 16),
  ]

  @Test(
    "the tempered model says softmax(ln p / T) of what the model says", arguments: models, [0.5, 1, 1.7, 4])
  func equality(model: SegmentationModel, temperature: Double) throws {
    var generator = SplitMix64(seed: 2)
    let grid = Grid(shape: [16, 16, 16], affine: .identity)
    let image = Volume(
      grid: grid, voxels: (0..<grid.count).map { _ in .random(in: 0...1, using: &generator) })
    let before = try probabilities(model, image)
    let tempered = try model.tempered(by: temperature)
    let after = try probabilities(tempered, image)
    var largest = 0.0
    for index in 0..<grid.count {
      let wanted = DrawnVoxels.softmax(
        before.map { log(Double($0.voxels[index])) }, temperature: temperature)
      for (channel, wanted) in wanted.enumerated() {
        largest = max(largest, abs(Double(after[channel].voxels[index]) - wanted))
      }
    }
    #expect(largest < 1e-4)
    #expect(tempered.provenance.temperature == temperature)
    #expect(LabelMap(mostProbable: after) == LabelMap(mostProbable: before))
  }

  @Test("temperatures multiply, and the file keeps their product")
  func twice() throws {
    let place = try Workplace()
    let model = try TinyModel.pointwise(tile: [8, 8, 8]).tempered(by: 2).tempered(by: 0.75)
    #expect(model.provenance.temperature == 1.5)
    try model.write(to: place("model.safetensors"))
    #expect(try SegmentationModel(contentsOf: place("model.safetensors")) == model)
  }

  @Test("a network that does not end in a convolution and a softmax is refused with what it ends in")
  func otherEnds() throws {
    func model(_ end: (inout Graph, Graph.ID) -> Void) -> SegmentationModel {
      var model = TinyModel.pointwise(tile: [8, 8, 8])
      var graph = Graph()
      let image = graph.input(channels: 1, name: "image")
      end(&graph, graph.convolution(image, outputChannels: 4, kernel: 1, name: "classes"))
      model.graph = graph
      return model
    }
    let cases: [(SegmentationModel, [String])] = [
      (model { graph, x in _ = graph.sigmoid(x) }, ["sigmoid"]),
      (model { graph, x in _ = graph.softmax(graph.relu(x)) }, ["softmax", "relu"]),
      (model { _, _ in }, ["classes"]),
    ]
    for (model, found) in cases {
      let error = CalibrationError.noConvolutionBeforeSoftmax(path: "m", found: found)
      #expect(throws: error) { try model.tempered(by: 2, path: "m") }
      #expect(
        error.description.hasPrefix("m: the network ends in \(found.reversed().joined(separator: ", "));"))
    }
  }
}
