import NeuralNetwork
import Numerics
import Testing

/// A graph that is written as ONNX, and shapes at which it is tried.
struct ONNXCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var graph: Graph
  /// Batch and (D, H, W), at least two.
  var sizes: [(batch: Int, size: SIMD3<Int>)]

  private init(
    _ name: String, _ graph: Graph, sizes: [(Int, SIMD3<Int>)] = [(1, [8, 6, 10]), (2, [6, 12, 8])]
  ) {
    testDescription = name
    self.graph = graph
    self.sizes = sizes
  }

  /// One operation on each of so many inputs with 3 channels.
  private init(
    _ name: String, inputs: Int = 1, fixed size: SIMD3<Int>? = nil,
    _ operation: (inout Graph, [Graph.ID]) throws -> Graph.ID
  ) rethrows {
    var graph = Graph()
    let ids = (0..<inputs).map { graph.input(channels: 3, size: size, name: "image\($0)") }
    _ = try operation(&graph, ids)
    self.init(name, graph)
    if let size { sizes = [(1, size), (3, size)] }
  }

  static func operations() throws -> [ONNXCase] {
    try [
      ONNXCase("convolution") { $0.convolution($1[0], outputChannels: 5, kernel: 3) },
      ONNXCase("strided convolution") { $0.convolution($1[0], outputChannels: 4, kernel: 3, stride: 2) },
      ONNXCase("convolution, each axis its own") {
        try $0.append(
          .convolution(outputChannels: 2, kernel: [1, 3, 5], stride: [2, 1, 3], padding: [0, 2, 1]),
          inputs: $1)
      },
      ONNXCase("transposed convolution, each axis its own") {
        try $0.append(
          .transposedConvolution(
            outputChannels: 2, kernel: [2, 3, 4], stride: [2, 1, 3], padding: [0, 1, 1]),
          inputs: $1)
      },
      ONNXCase("max pooling") {
        try $0.append(.maxPooling(kernel: [2, 3, 2], stride: [2, 2, 3]), inputs: $1)
      },
      ONNXCase("average pooling") {
        try $0.append(.averagePooling(kernel: [3, 2, 2], stride: [2, 2, 3]), inputs: $1)
      },
      ONNXCase("instance normalisation") { $0.instanceNormalization($1[0], epsilon: 0.01) },
      ONNXCase("dense", fixed: [2, 3, 4]) { $0.dense($1[0], outputs: 7) },
      ONNXCase("reshape", fixed: [2, 3, 4]) {
        $0.reshape($1[0], to: TensorShape(channels: 4, size: [3, 1, 6]))
      },
      ONNXCase("ReLU") { $0.relu($1[0]) },
      ONNXCase("leaky ReLU") { $0.leakyReLU($1[0], slope: 0.2) },
      ONNXCase("sigmoid") { $0.sigmoid($1[0]) },
      ONNXCase("softmax") { $0.softmax($1[0]) },
      ONNXCase("concatenation", inputs: 3) { $0.concatenation([$1[2], $1[0], $1[1], $1[0]]) },
      ONNXCase("addition", inputs: 2) { $0.addition($1[0], $1[1]) },
      ONNXCase("dropout") { $0.dropout($1[0], probability: 0.5) },
      ONNXCase("blocks of voxels as channels") { $0.spaceToDepth($1[0]) },
      ONNXCase("channels as blocks of voxels") {
        $0.depthToSpace($0.convolution($1[0], outputChannels: 24, kernel: 1))
      },
      ONNXCase("linear up-sampling") { $0.linearUpsampling($1[0]) },
      ONNXCase("nearest up-sampling") { $0.nearestUpsampling($1[0]) },
      ONNXCase("an input alone") { $1[0] },
    ]
  }

  static func networks() -> [ONNXCase] {
    var plain = Autoencoder(outputChannels: 1)
    (plain.levels, plain.channels, plain.skipConnections, plain.output) = (3, 4, false, .sigmoid)
    var latent = plain
    (latent.latentSize, latent.size, latent.output) = (8, [8, 12, 16], .identity)
    var blocks = Autoencoder(outputChannels: 4)
    (blocks.levels, blocks.voxelBlocks) = (3, true)
    var refined = blocks
    refined.refinementChannels = 16
    let perceptron = MultilayerPerceptron(inputs: 5, hidden: [16, 8], outputs: 3)
    let classifier = ConvolutionalClassifier(size: [16, 12, 10])
    var classes = classifier
    classes.classes = 4
    return [
      ONNXCase(
        "default autoencoder", Autoencoder(outputChannels: 4).graph,
        sizes: [(1, [16, 16, 16]), (2, [8, 24, 16])]),
      ONNXCase("autoencoder of blocks of voxels", blocks.graph, sizes: [(1, [16, 8, 24]), (2, [8, 8, 8])]),
      ONNXCase("blocks of voxels, refined", refined.graph, sizes: [(1, [16, 8, 24]), (2, [8, 8, 8])]),
      ONNXCase("without skip connections", plain.graph, sizes: [(1, [8, 8, 8]), (1, [9, 12, 7])]),
      ONNXCase("with a latent vector", latent.graph, sizes: [(1, [8, 12, 16]), (3, [8, 12, 16])]),
      ONNXCase("multilayer perceptron", perceptron.graph, sizes: [(1, .one), (4, .one)]),
      ONNXCase("classifier", classifier.graph, sizes: [(1, [16, 12, 10]), (3, [16, 12, 10])]),
      ONNXCase("classifier of four", classes.graph, sizes: [(1, [16, 12, 10]), (2, [16, 12, 10])]),
    ]
  }

  /// Random weights, biases and shifts too, so that none can be lost without a trace.
  var parameters: Parameters {
    var generator = SplitMix64(seed: 3)
    var parameters = Parameters(for: graph, using: &generator)
    for slot in parameters.slots where slot.role != .weight {
      for index in slot.range { parameters.values[index] += .random(in: -0.5...0.5, using: &generator) }
    }
    return parameters
  }

  /// For each size, a tensor for each input.
  var inputs: [[Tensor]] {
    var generator = SplitMix64(seed: 7)
    return sizes.map { batch, size in
      graph.inputs.map {
        Tensor.random(
          shape: [batch, graph.nodes[$0].shape.channels, size.x, size.y, size.z], using: &generator)
      }
    }
  }

  func job() throws -> ONNXRuntime.Job {
    let names = graph.inputs.map { graph.nodes[$0].name }
    return ONNXRuntime.Job(
      bytes: try ONNXModel(graph, parameters: parameters).bytes(),
      runs: inputs.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) })
  }
}
