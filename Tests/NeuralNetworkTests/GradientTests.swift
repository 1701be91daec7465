import NeuralNetwork
import Numerics
import Testing

/// Gradients against central differences (f(x + h) − f(x − h)) / 2h of whole small networks.
@Suite("Gradients agree with finite differences")
struct GradientTests {
  /// A network, the sizes it is tried on, and what it is trained with.
  struct Trial: Sendable, CustomTestStringConvertible {
    var name: String
    var graph: Graph
    var loss: Loss
    var batch: Int
    var size: SIMD3<Int>
    var testDescription: String { "\(name), batch \(batch), \(size.x)×\(size.y)×\(size.z)" }
  }

  /// Wide enough that single precision resolves the difference, narrow enough that curvature does not show.
  private static let step: Float = 2e-3
  /// Rounding of the loss, about 1e-7 of it, over 2h; and what is left of the curvature.
  private static let tolerance: Float = 2e-3

  @Test("parameters' gradients are slopes of the loss", arguments: GradientTests.trials)
  func slopes(of trial: Trial) throws {
    let executable = try Executable(trial.graph, batch: trial.batch, size: trial.size, purpose: .training())
    var generator = SplitMix64(seed: 7)
    var parameters = Parameters(for: trial.graph, using: &generator)
    for index in parameters.values.indices {
      parameters.values[index] += .random(in: -0.1...0.1, using: &generator)
    }
    let inputs = executable.inputShapes.map { Tensor.random(shape: $0, using: &generator) }
    let target = Self.target(for: trial.loss, shape: executable.outputShape, using: &generator)
    var gradient = parameters.values
    func loss(_ parameters: Parameters) throws -> Float {
      var ignored = parameters.values
      try executable.setParameters(parameters)
      return Float(
        try executable.trainingStep(
          from: inputs, target: target, loss: trial.loss, gradient: &ignored, seed: 5))
    }
    try executable.setParameters(parameters)
    _ = try executable.trainingStep(
      from: inputs, target: target, loss: trial.loss, gradient: &gradient, seed: 5)
    let scale = max(1e-2, gradient.map(abs).max() ?? 1)
    // Along single axes where there are few, else a sample of them: each costs two passes.
    let stride = max(1, parameters.values.count / 40)
    for index in Swift.stride(from: 0, to: parameters.values.count, by: stride) {
      var (above, below) = (parameters, parameters)
      above.values[index] += Self.step
      below.values[index] -= Self.step
      let slope = (try loss(above) - loss(below)) / (2 * Self.step)
      let name = parameters.slots.first { $0.range.contains(index) }?.name ?? ""
      #expect(abs(slope - gradient[index]) < Self.tolerance * max(1, scale), "\(name): \(index)")
    }
  }

  private static func target(
    for loss: Loss, shape: [Int], using generator: inout SplitMix64
  ) -> Target {
    let classes = loss.terms.contains { if case .crossEntropy = $0.term { true } else { false } }
    if classes {
      let count = shape[0] * shape[2...].reduce(1, *)
      return .classes((0..<count).map { _ in UInt8.random(in: 0..<UInt8(shape[1]), using: &generator) })
    }
    return .values((0..<shape.reduce(1, *)).map { _ in Float.random(in: 0...1, using: &generator) })
  }

  static let trials: [Trial] = networks.flatMap { name, graph, loss in
    [(1, SIMD3(4, 6, 8)), (2, SIMD3(8, 4, 4)), (3, SIMD3(4, 4, 4))].map { batch, size in
      Trial(name: name, graph: graph, loss: loss, batch: batch, size: size)
    } + oddSizes(name, graph, loss)
  }

  /// Odd sizes too, for the networks that take them: with skips over halved levels sizes must be even.
  private static func oddSizes(_ name: String, _ graph: Graph, _ loss: Loss) -> [Trial] {
    let size = SIMD3(3, 5, 7)
    guard (try? graph.shapes(forSize: size)) != nil else { return [] }
    return [Trial(name: name, graph: graph, loss: loss, batch: 2, size: size)]
  }

  private static let segmentationLoss = Loss(.crossEntropy) + Loss(.softDice(includingBackground: true))

  private static let networks: [(String, Graph, Loss)] = {
    func build(_ body: (inout Graph, Graph.ID) -> Graph.ID) -> Graph {
      var graph = Graph()
      let x = graph.input(channels: 2)
      _ = body(&graph, x)
      return graph
    }
    return [
      (
        "convolution and sigmoid with binary cross entropy",
        build { g, x in g.sigmoid(g.convolution(x, outputChannels: 3, kernel: 3)) }, Loss(.binaryCrossEntropy)
      ),
      (
        "a strided convolution and its transpose",
        build { g, x in
          g.transposedConvolution(
            g.sigmoid(g.convolution(x, outputChannels: 5, kernel: 3, stride: 2)), outputChannels: 2,
            kernel: 2,
            stride: 2)
        }, Loss(.meanSquaredError)
      ),
      (
        "strides of 2 and overlapping pools",
        build { g, x in
          let y = g.sigmoid(g.convolution(x, outputChannels: 5, kernel: 3, stride: 2))
          let z = g.averagePooling(y, kernel: 2, stride: 1)
          return g.transposedConvolution(z, outputChannels: 2, kernel: 3, stride: 2, padding: 1)
        }, Loss(.meanSquaredError)
      ),
      (
        "normalisation with a fused ReLU",
        build { g, x in
          let y = g.relu(g.instanceNormalization(g.convolution(x, outputChannels: 16, kernel: 3)))
          return g.softmax(g.convolution(y, outputChannels: 4, kernel: 1))
        }, segmentationLoss
      ),
      (
        "blocks of voxels as channels and back",
        build { g, x in
          let y = g.sigmoid(g.convolution(g.spaceToDepth(x), outputChannels: 24, kernel: 3))
          return g.softmax(g.depthToSpace(y))
        }, segmentationLoss
      ),
      (
        "a correction at full resolution, of whole blocks of channels",
        build { g, x in
          let blocks = g.spaceToDepth(x)
          let guess = g.depthToSpace(g.convolution(blocks, outputChannels: 24, kernel: 1))
          let fine = g.depthToSpace(g.sigmoid(g.convolution(blocks, outputChannels: 256, kernel: 1)))
          return g.softmax(g.addition(guess, g.convolution(fine, outputChannels: 3, kernel: 3)))
        }, segmentationLoss
      ),
      (
        "average pooling, linear up-sampling and a skip by concatenation",
        build { g, x in
          let y = g.sigmoid(g.convolution(x, outputChannels: 17, kernel: 3))
          let z = g.linearUpsampling(g.averagePooling(y))
          return g.softmax(g.convolution(g.concatenation([y, z]), outputChannels: 3, kernel: 1))
        }, segmentationLoss
      ),
      (
        "max pooling, nearest up-sampling and a skip by addition",
        build { g, x in
          let y = g.convolution(x, outputChannels: 6, kernel: 3)
          let z = g.nearestUpsampling(g.maxPooling(y))
          return g.convolution(g.addition(y, z), outputChannels: 2, kernel: 1)
        }, Loss(.meanSquaredError)
      ),
      (
        "leaky ReLU and dropout",
        build { g, x in
          g.convolution(
            g.dropout(g.leakyReLU(g.convolution(x, outputChannels: 4, kernel: 1)), probability: 0.3),
            outputChannels: 1, kernel: 3)
        }, Loss(.meanSquaredError)
      ),
    ]
  }()

  @Test("a dense network's gradients are slopes", arguments: [1, 2, 5])
  func dense(batch: Int) throws {
    var graph = Graph()
    let x = graph.input(channels: 2, size: [2, 3, 1])
    let hidden = graph.sigmoid(graph.dense(x, outputs: 7))
    let decoded = graph.reshape(
      graph.dense(hidden, outputs: 12), to: TensorShape(channels: 3, size: [2, 1, 2]))
    _ = graph.convolution(decoded, outputChannels: 1, kernel: 1)
    try slopes(
      of: Trial(name: "dense", graph: graph, loss: Loss(.meanSquaredError), batch: batch, size: [2, 3, 1]))
  }

  /// Shapes at which oneDNN 2.6.3's own choice of a data gradient read through a null pointer.
  @Test("wide dense layers pass gradients back on two threads", arguments: [1, 16, 32], [2048, 4096])
  func wide(inputs: Int, outputs: Int) throws {
    var graph = Graph()
    let x = graph.dense(graph.input(channels: 3, size: .one), outputs: inputs)
    _ = graph.dense(x, outputs: outputs)
    let executable = try Executable(graph, batch: 32, size: .one, purpose: .training(), threads: 2)
    var generator = SplitMix64(seed: 1)
    try executable.setParameters(Parameters(for: graph, using: &generator))
    let input = Tensor.random(shape: [32, 3, 1, 1, 1], using: &generator)
    let cotangent = Tensor(shape: try executable.predict([input]).shape, repeating: 1)
    let found = try executable.gradients(cotangent: cotangent).parameters
    // With a cotangent of ones the first layer's bias has, for each hidden unit, its weights' sum 32 times.
    let slots = graph.parameterSlots
    let parameters = try #require(slots.last { $0.role == .weight })
    var check = SplitMix64(seed: 1)
    let weights = Parameters(for: graph, using: &check).values[parameters.range]
    for unit in 0..<inputs {
      let sum = stride(from: weights.startIndex + unit, to: weights.endIndex, by: inputs)
        .reduce(0.0) { $0 + Double(weights[$1]) }
      #expect(abs(Double(found[slots[1].offset + unit]) - 32 * sum) < 1e-2)
    }
  }
}
