import Foundation
import Imaging
import LatentSpace
import NeuralNetwork
import Segmentation

extension FuzzTarget {
  /// Models and checkpoints of segmentation, with every setting that a file can hold.
  static func models(scratch: String) throws -> FuzzTarget {
    var architecture = Autoencoder(outputChannels: 4)
    (architecture.levels, architecture.channels) = (2, 2)
    var preprocessing = Preprocessing(spacing: [1, 1.5, 2], biasField: BiasFieldCorrection())
    preprocessing.conforming.shape = [32, 32, 32]
    preprocessing.clipping = .percentile(low: 1, high: 99)
    var configuration = TrainingConfiguration(architecture: architecture, preprocessing: preprocessing)
    configuration.patchSize = [16, 16, 16]
    let graph = architecture.graph
    let model = SegmentationModel(
      graph: graph, parameters: Parameters(zerosFor: graph), preprocessing: preprocessing,
      patchSize: configuration.patchSize,
      provenance: TrainingProvenance(
        program: "grisea", configuration: configuration, trainingSubjects: ["sub-01"],
        validationSubjects: [], steps: 3, validationDice: 0.5))
    try model.write(to: scratch)
    let whole = try ModelDamage.Original(content(scratch))
    var file = try SafeTensors(contentsOf: scratch)
    let weights = Tensor(shape: [model.parameters.values.count], values: model.parameters.values)
    for name in ["first", "second", "average"] { file.tensors["optimizer/" + name] = weights }
    file.metadata["grisea.checkpoint"] = "{\"log\":{\"rows\":[]},\"seconds\":1.5}"
    try file.write(to: scratch)
    let checkpoint = try ModelDamage.Original(content(scratch))
    return FuzzTarget(
      name: "models", damaged: { FuzzInput(try $0.element(of: [whole, checkpoint]).damaged(&$0)) },
      read: { input, scratch in
        try input.write(to: scratch)
        let model = try SegmentationModel(contentsOf: scratch)
        _ = try Segmenter(model, .init(precision: .float32), threads: 1)
        _ = model.preprocessing.grid(for: Grid(shape: [40, 40, 40], affine: Affine(spacing: .one)))
        let further = TrainingConfiguration(adapting: model)
        _ = further.architecture.graph.parameterSlots
      })
  }

  /// Models of maps: components, and an autoencoder.
  static func latentModels(scratch: String) throws -> FuzzTarget {
    let grid = "{\"affine\":\(try json(Affine(spacing: .one))),\"shape\":[4,3,2]}"
    let facts = "{\"grid\":\(grid),\"program\":\"grisea\",\"scale\":1,\"trainingSubjects\":[\"sub-01\"]"
    let rest = [
      "latent_space.mean": Tensor(shape: [2, 3, 4], values: [Float](repeating: 0.5, count: 24)),
      "latent_space.centre": Tensor(shape: [2], values: [0, 0]),
      "latent_space.deviations": Tensor(shape: [2], values: [1, 1]),
    ]
    var components = SafeTensors(tensors: rest, metadata: ["grisea.latent_space": facts + "}"])
    components.tensors["latent_space.components"] = Tensor(
      shape: [2, 24], values: [Float](repeating: 0.1, count: 48))
    let network = MultilayerPerceptron(inputs: 24, hidden: [3], outputs: 2).graph
    let graph = try json(network)
    let classifier = SafeTensors(
      tensors: rest.merging(Parameters(zerosFor: network).tensors) { $1 },
      metadata: ["grisea.latent_space": facts + ",\"graph\":\(graph)}"])
    let originals = try [components, classifier].map { file in
      try file.write(to: scratch)
      return try ModelDamage.Original(content(scratch))
    }
    return FuzzTarget(
      name: "latent", damaged: { FuzzInput(try $0.element(of: originals).damaged(&$0)) },
      read: { input, scratch in
        try input.write(to: scratch)
        let model = try LatentModel(contentsOf: scratch)
        _ = model.names
      })
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
