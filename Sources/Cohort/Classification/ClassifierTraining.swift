import Imaging
import NeuralNetwork
import Segmentation

/// Trains a 3D convolutional network to tell two classes of maps apart, by binary cross entropy.
///
/// Each step draws as many maps of one class as of the other, however rare one is.
public struct ClassifierTraining: Sendable {
  /// What decides the weights.
  public struct Configuration: Hashable, Codable, Sendable {
    /// Of the levels, each of half the size of the one before.
    public var channels = [16, 32, 64]
    public var epochs = 20
    public var batchSize = 8
    public var schedule = LearningRateSchedule(peak: 1e-3, decay: .cosine, warmUp: 0.1)
    public var weightDecay: Float = 0.05
    public var seed: UInt64 = 0

    public init() {}
  }

  let configuration: Configuration
  let grid: Grid
  let threads: Int?

  /// - Parameters:
  ///   - grid: of the maps.
  ///   - threads: by default all cores.
  public init(_ configuration: Configuration, grid: Grid, threads: Int? = nil) {
    self.configuration = configuration
    self.grid = grid
    self.threads = threads
  }

  /// Input [N, 1, D, H, W], output [N, 1, 1, 1, 1].
  package var graph: Graph {
    var architecture = ConvolutionalClassifier(size: size)
    architecture.channels = configuration.channels
    return architecture.graph
  }

  /// - Parameters:
  ///   - maps: centred and scaled.
  ///   - target: 0 or 1 for each, both of them present.
  /// - Throws: `EngineError`, `LatentError.diverged`.
  func run(_ maps: [[Float]], target: [Double], report: () -> Void = {}) throws -> Parameters {
    let graph = graph
    let batch = max(2, configuration.batchSize)
    let executable = try Executable(
      graph, batch: batch, size: size, purpose: .training(), precision: .fastest, threads: threads)
    var generator = SeededGenerator(seed: configuration.seed)
    var parameters = Parameters(for: graph, using: &generator)
    var (gradient, optimizer) = (
      parameters.values, Optimizer(.adamW(weightDecay: configuration.weightDecay))
    )
    let classes = [0.0, 1].map { label in target.indices.filter { target[$0] == label } }
    let steps = configuration.epochs * max(1, maps.count / batch)
    for step in 0..<steps {
      let chosen = (0..<batch).map { place in
        classes[place % 2][Int.random(in: 0..<classes[place % 2].count, using: &generator)]
      }
      try executable.setParameters(parameters)
      let loss = try executable.learn(
        from: [Tensor(shape: executable.inputShapes[0], values: chosen.flatMap { maps[$0] })],
        target: .values(chosen.map { Float(target[$0]) }), loss: Loss(.binaryCrossEntropy),
        gradient: &gradient
      )
      guard loss.isFinite else { throw LatentError.diverged(step: step) }
      gradient.clipNorm(to: 5)
      optimizer.update(
        &parameters.values, gradient: gradient,
        learningRate: configuration.schedule.rate(at: Float(step) / Float(steps)))
      report()
    }
    return parameters
  }

  /// The probability of class 1 of each map.
  /// - Throws: `EngineError`.
  package func chances(_ parameters: Parameters, of maps: [[Float]]) throws -> [Double] {
    let executable = try Executable(graph, batch: 1, size: size, threads: threads)
    try executable.setParameters(parameters)
    return try maps.map { map in
      Double(try executable.predict([Tensor(shape: executable.inputShapes[0], values: map)]).values[0])
    }
  }

  /// How the logit of class 1 rises with each voxel: its gradient, the sum over the maps (Simonyan, Vedaldi and
  /// Zisserman 2014, arXiv 1312.6034).
  /// - Throws: `EngineError`.
  package func saliency(_ parameters: Parameters, of maps: [[Float]]) throws -> [Float] {
    let executable = try Executable(
      graph, batch: 1, size: size, purpose: .training(inputGradients: true), threads: threads)
    try executable.setParameters(parameters)
    var sum = [Float](repeating: 0, count: grid.count)
    for map in maps {
      let chance = try executable.predict([Tensor(shape: executable.inputShapes[0], values: map)])
      // dp = p (1 - p) d logit; where the sigmoid is flat to the last digit nothing is left to see.
      let slope = max(chance.values[0] * (1 - chance.values[0]), 1e-6)
      let gradient = try executable.gradients(cotangent: Tensor(shape: chance.shape, values: [1 / slope]))
      for (i, value) in gradient.inputs[0].values.enumerated() { sum[i] += value }
    }
    return sum
  }

  /// (D, H, W).
  private var size: SIMD3<Int> { SIMD3(grid.shape.z, grid.shape.y, grid.shape.x) }
}
