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
    var halves = [Self.weights(encoderGraph, &generator), Self.weights(decoderGraph, &generator)]
    // The training begins with the mean map.
    halves[1].parameters.fill(Autoencoder.outputName, weight: 0, bias: 0)
    // A wide start would drown the means in noise.
    if isVariational { halves[0].parameters.fill(Self.spreadName, weight: 0, bias: -4) }
    let steps = configuration.epochs * configuration.stepsPerEpoch
    let loop = TrainingLoop(
      steps: steps, stepsPerEpoch: configuration.stepsPerEpoch, schedule: configuration.schedule,
      gradientNorm: Self.gradientNorm)
    do {
      try loop.run(&halves) { halves, step, share in
        let input = Tensor(shape: encoder.inputShapes[0], values: self.batch(step, of: maps))
        return try learn(
          &halves, from: input, encoder, decoder,
          divergenceWeight: divergenceWeight(at: Float(share), input.values.count), &generator)
      } stepEnded: { progress in
        report(.init(step: progress.position.steps, steps: steps, loss: progress.loss))
      } epochEnded: { progress, halves, _ in
        try ended(progress.position.epochs, progress.meanLoss) { try self.whole(halves) }
      }
    } catch let divergence as TrainingLoop.Divergence {
      throw LatentError.diverged(step: divergence.step)
    }
    return try whole(halves)
  }

  /// The largest norm of each half's gradient.
  private static let gradientNorm: Float = 5

  private static func weights(_ graph: Graph, _ generator: inout SeededGenerator) -> TrainedWeights {
    TrainedWeights(Parameters(for: graph, using: &generator), rule: .adamW(weightDecay: 0.01))
  }

  /// Puts the gradients of the loss into both halves, the encoder's first.
  /// - Returns: the mean squared error.
  private func learn(
    _ halves: inout [TrainedWeights], from input: Tensor, _ encoder: Executable, _ decoder: Executable,
    divergenceWeight: Float, _ generator: inout SeededGenerator
  ) throws -> Double {
    try encoder.setParameters(halves[0].parameters)
    try decoder.setParameters(halves[1].parameters)
    let code = LatentSample(
      try encoder.predict([input]), size: configuration.latentSize, isVariational, &generator)
    let loss = try decoder.trainingStep(
      from: [Tensor(shape: decoder.inputShapes[0], values: code.values)],
      target: .values(input.values), loss: Loss(.meanSquaredError), gradient: &halves[1].gradient)
    halves[0].gradient = try encoder.gradients(
      cotangent: code.cotangent(decoder.inputGradients[0].values, divergenceWeight: divergenceWeight)
    ).parameters
    return loss
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

  /// Joins the weights of both halves.
  private func whole(_ halves: [TrainedWeights]) throws -> Parameters {
    let tensors = halves[0].parameters.tensors.merging(halves[1].parameters.tensors) { first, _ in first }
    return try Parameters(for: whole, tensors: tensors.filter { !$0.key.hasPrefix(Self.spreadName + ".") })
  }
}

extension Parameters {
  /// Sets all weights of a layer to one value, and its biases to another.
  fileprivate mutating func fill(_ name: String, weight: Float, bias: Float) {
    for slot in slots where slot.name.hasPrefix(name + ".") {
      for i in slot.range { values[i] = slot.role == .weight ? weight : bias }
    }
  }
}
