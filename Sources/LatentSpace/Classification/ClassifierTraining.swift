import Imaging
import NeuralNetwork
import Numerics

/// Trains a 3D convolutional network to tell two classes of maps apart, by binary cross entropy.
///
/// Each step draws as many maps of one class as of the other, however rare one is, and mixes them (`ClassMixtures`).
public struct ClassifierTraining: Sendable {
  /// What decides the weights.
  public struct Configuration: Hashable, Codable, Sendable {
    /// Of the levels, each of half the size of the one before.
    public var channels = [16, 32]
    /// Voxels along a side of the cubes whose means the first of them sees.
    public var pooling = 2
    public var epochs = 20
    public var stepsPerEpoch = 25
    public var batchSize = 16
    public var schedule = LearningRateSchedule(peak: 1e-3, decay: .cosine, warmUp: 0.1)
    public var weightDecay: Float = 1
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
  package var graph: Graph { graph(size: size, pooling: configuration.pooling) }

  /// Places are those of a common space, and how much gray matter there is somewhere is what counts: no mean over space,
  /// no normalisation.
  private func graph(size: SIMD3<Int>, pooling: Int) -> Graph {
    var architecture = ConvolutionalClassifier(size: size)
    architecture.channels = configuration.channels
    architecture.inputPooling = pooling
    architecture.normalization = false
    architecture.seesPlaces = true
    return architecture.graph
  }

  /// The means over cubes of voxels that the first convolution sees; a rest at the upper ends is left out.
  package func pooled(_ map: [Float]) -> [Float] {
    let (side, shape) = (configuration.pooling, grid.shape)
    let small = shape / side
    var result = [Float](repeating: 0, count: small.x * small.y * small.z)
    for k in 0..<small.z * side {
      for j in 0..<small.y * side {
        let (from, to) = (shape.x * (j + shape.y * k), small.x * (j / side + small.y * (k / side)))
        for i in 0..<small.x * side { result[to + i / side] += map[from + i] }
      }
    }
    let share = 1 / Float(side * side * side)
    return result.map { $0 * share }
  }

  /// - Parameters:
  ///   - maps: centred and scaled.
  ///   - target: 0 or 1 for each, both of them present.
  /// - Throws: `EngineError`, `LatentError.diverged`.
  func run(_ maps: [[Float]], target: [Double], report: () -> Void = {}) throws -> Parameters {
    // The means are taken once, and not in each step.
    let graph = graph(size: size / configuration.pooling, pooling: 1)
    let maps = maps.map(pooled)
    let batch = max(2, configuration.batchSize)
    let executable = try Executable(
      graph, batch: batch, size: size / configuration.pooling, purpose: .training(), precision: .fastest,
      threads: threads)
    var generator = SeededGenerator(seed: configuration.seed)
    var weights = [
      TrainedWeights(
        Parameters(for: graph, using: &generator), rule: .adamW(weightDecay: configuration.weightDecay))
    ]
    let examples = ClassMixtures(maps, target: target)
    let loop = TrainingLoop(
      steps: configuration.epochs * configuration.stepsPerEpoch, stepsPerEpoch: configuration.stepsPerEpoch,
      schedule: configuration.schedule, gradientNorm: 5)
    do {
      try loop.run(&weights) { weights, _, _ in
        let chosen = (0..<batch).map { examples.next(number: $0, using: &generator) }
        try executable.setParameters(weights[0].parameters)
        return try executable.trainingStep(
          from: [Tensor(shape: executable.inputShapes[0], values: chosen.flatMap(\.map))],
          target: .values(chosen.map(\.target)), loss: Loss(.binaryCrossEntropy),
          gradient: &weights[0].gradient)
      } stepEnded: { _ in
        report()
      }
    } catch let divergence as TrainingLoop.Divergence {
      throw LatentError.diverged(step: divergence.step)
    }
    return try Parameters(for: self.graph, tensors: weights[0].parameters.tensors)
  }

  /// The probability of class 1 of each map.
  /// - Throws: `EngineError`.
  package func probabilities(_ parameters: Parameters, of maps: [[Float]]) throws -> [Double] {
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
