import NeuralNetwork
import Segmentation

/// The steps of an autoencoder's training, its halves apart: what stands between them, a latent vector or a sample of
/// its distribution, is not the engine's.
struct AutoencoderTraining {
  private let configuration: LatentTrainer.Configuration
  private let whole, encoderGraph, decoderGraph: Graph
  private let threads: Int?
  private var isVariational: Bool { configuration.method == .variational }

  /// The node of the logarithms of variances, beside that of the means.
  private static let spreadName = "spread"

  init(_ graph: Graph, _ configuration: LatentTrainer.Configuration, threads: Int?) throws {
    guard var encoder = graph.part(endingAt: Autoencoder.latentName),
      let decoder = graph.part(beginningAfter: Autoencoder.latentName)
    else { preconditionFailure("an autoencoder without skip connections can be cut at its latent vector") }
    if configuration.method == .variational {
      let latent = encoder.output
      let spread = encoder.dense(
        encoder.nodes[latent].inputs[0], outputs: configuration.latentSize, name: Self.spreadName)
      _ = encoder.concatenation([latent, spread])
    }
    whole = graph
    encoderGraph = encoder
    decoderGraph = decoder
    self.configuration = configuration
    self.threads = threads
  }

  /// - Parameter maps: what the network is to give back.
  func run(_ maps: [[Float]], report: (LatentTrainer.Progress) -> Void) throws -> Parameters {
    let batch = min(configuration.batchSize, maps.count)
    let size = encoderGraph.nodes[encoderGraph.inputs[0]].shape.size ?? .one
    let encoder = try Executable(
      encoderGraph, batch: batch, size: size, purpose: .training(), precision: .fastest,
      threads: threads)
    let decoder = try Executable(
      decoderGraph, batch: batch, size: .one, purpose: .training(inputGradients: true),
      precision: .fastest, threads: threads)
    var generator = SeededGenerator(seed: configuration.seed)
    var front = Half(encoderGraph, &generator)
    var back = Half(decoderGraph, &generator)
    // The mean map is where it begins.
    back.fill(Autoencoder.outputName, weight: 0, bias: 0)
    // A wide start would drown the means in noise.
    if isVariational { front.fill(Self.spreadName, weight: 0, bias: -4) }
    let stepsPerEpoch = max(1, maps.count / batch)
    var order: [Int] = []
    let steps = configuration.epochs * stepsPerEpoch
    for step in 0..<steps {
      if step % stepsPerEpoch == 0 { order = maps.indices.shuffled(using: &generator) }
      let chosen = (0..<batch).map { maps[order[step % stepsPerEpoch * batch + $0]] }
      let progress = Float(step) / Float(steps)
      try encoder.setParameters(front.parameters)
      try decoder.setParameters(back.parameters)
      let input = Tensor(shape: encoder.inputShapes[0], values: chosen.flatMap { $0 })
      let code = LatentSample(
        try encoder.predict([input]), size: configuration.latentSize, isVariational, &generator)
      let loss = try decoder.learn(
        from: [Tensor(shape: decoder.inputShapes[0], values: code.values)],
        target: .values(input.values), loss: Loss(.meanSquaredError), gradient: &back.gradient)
      guard loss.isFinite else { throw LatentError.diverged(step: step) }
      // The loss is the mean over voxels of what the evidence bound halves and sums.
      let weight = 2 * configuration.divergenceWeight * min(1, 2 * progress) / Float(input.values.count)
      front.gradient = try encoder.gradients(
        cotangent: code.cotangent(decoder.inputGradients[0].values, divergenceWeight: weight)
      ).parameters
      let rate = configuration.schedule.rate(at: progress)
      front.update(rate)
      back.update(rate)
      report(.init(step: step + 1, steps: steps, loss: loss))
    }
    let tensors = front.parameters.tensors.merging(back.parameters.tensors) { first, _ in first }
    return try Parameters(for: whole, tensors: tensors.filter { !$0.key.hasPrefix(Self.spreadName + ".") })
  }
}

/// The weights of half a network on their way.
private struct Half {
  var parameters: Parameters
  var gradient: [Float]
  private var optimizer = Optimizer(.adamW(weightDecay: 0.01))
  /// The gradient's largest norm.
  private static let norm: Float = 5

  init(_ graph: Graph, _ generator: inout SeededGenerator) {
    parameters = Parameters(for: graph, using: &generator)
    gradient = parameters.values
  }

  mutating func fill(_ name: String, weight: Float, bias: Float) {
    for slot in parameters.slots where slot.name.hasPrefix(name + ".") {
      for i in slot.range { parameters.values[i] = slot.role == .weight ? weight : bias }
    }
  }

  mutating func update(_ rate: Float) {
    gradient.clipNorm(to: Self.norm)
    optimizer.update(&parameters.values, gradient: gradient, learningRate: rate)
  }
}
