import Imaging
import NeuralNetwork
import Numerics

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

  /// Learns to give mixtures of maps back.
  /// - Parameters:
  ///   - maps: differences from their mean, scaled.
  ///   - report: told of each step.
  ///   - ended: told of each epoch that has ended, with its mean loss and the weights so far.
  func run(
    _ maps: MapMixtures, report: (LatentTrainer.Progress) -> Void,
    ended: (Int, Double, () throws -> Parameters) throws -> Void
  ) throws -> Parameters {
    let batch = configuration.batchSize
    let size = encoderGraph.nodes[encoderGraph.inputs[0]].shape.size ?? .one
    let encoder = try Executable(
      encoderGraph, batch: batch, size: size, purpose: .training(), precision: .fastest,
      threads: threads)
    let decoder = try Executable(
      decoderGraph, batch: batch, size: .one, purpose: .training(inputGradients: true),
      precision: .fastest, threads: threads)
    var generator = SeededGenerator(seed: configuration.seed)
    var halves = Halves(front: Half(encoderGraph, &generator), back: Half(decoderGraph, &generator))
    // The mean map is where it begins.
    halves.back.fill(Autoencoder.outputName, weight: 0, bias: 0)
    // A wide start would drown the means in noise.
    if isVariational { halves.front.fill(Self.spreadName, weight: 0, bias: -4) }
    let steps = configuration.epochs * configuration.stepsPerEpoch
    var sum = 0.0
    for step in 0..<steps {
      let progress = Float(step) / Float(steps)
      let input = Tensor(shape: encoder.inputShapes[0], values: self.batch(step, of: maps))
      let loss = try halves.learn(
        input, encoder, decoder, divergenceWeight: divergenceWeight(at: progress, input.values.count),
        configuration, &generator)
      guard loss.isFinite else { throw LatentError.diverged(step: step) }
      let rate = configuration.schedule.rate(at: progress)
      halves.front.update(rate)
      halves.back.update(rate)
      report(.init(step: step + 1, steps: steps, loss: loss))
      sum += loss
      let (epoch, place) = step.quotientAndRemainder(dividingBy: configuration.stepsPerEpoch)
      if place == configuration.stepsPerEpoch - 1 {
        let now = halves
        try ended(epoch + 1, sum / Double(configuration.stepsPerEpoch)) { try self.whole(now) }
        sum = 0
      }
    }
    return try whole(halves)
  }

  /// The mixtures of a step, each of a stream of its own, so that as many as there are threads are drawn at once.
  private func batch(_ step: Int, of maps: MapMixtures) -> [Float] {
    let count = configuration.batchSize
    let drawn = ParallelLoop.map(Array(0..<count), threads: threads ?? count) { place in
      var generator = SeededGenerator(seed: configuration.seed, stream: UInt64(step * count + place + 1))
      return maps.next(using: &generator)
    }
    return drawn.flatMap { $0 }
  }

  /// The loss is the mean over voxels of what the evidence bound halves and sums.
  private func divergenceWeight(at progress: Float, _ count: Int) -> Float {
    2 * configuration.divergenceWeight * min(1, 2 * progress) / Float(count)
  }

  private func whole(_ halves: Halves) throws -> Parameters {
    let tensors = halves.front.parameters.tensors.merging(halves.back.parameters.tensors) { first, _ in first
    }
    return try Parameters(for: whole, tensors: tensors.filter { !$0.key.hasPrefix(Self.spreadName + ".") })
  }
}

/// Both halves' weights, and the step that learns for both.
private struct Halves {
  var front, back: Half

  /// Puts the gradients of the loss into both.
  /// - Returns: the mean squared error.
  mutating func learn(
    _ input: Tensor, _ encoder: Executable, _ decoder: Executable, divergenceWeight: Float,
    _ configuration: LatentTrainer.Configuration, _ generator: inout SeededGenerator
  ) throws -> Double {
    try encoder.setParameters(front.parameters)
    try decoder.setParameters(back.parameters)
    let code = LatentSample(
      try encoder.predict([input]), size: configuration.latentSize,
      configuration.method == .variational, &generator)
    let loss = try decoder.learn(
      from: [Tensor(shape: decoder.inputShapes[0], values: code.values)],
      target: .values(input.values), loss: Loss(.meanSquaredError), gradient: &back.gradient)
    front.gradient = try encoder.gradients(
      cotangent: code.cotangent(decoder.inputGradients[0].values, divergenceWeight: divergenceWeight)
    ).parameters
    return loss
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
