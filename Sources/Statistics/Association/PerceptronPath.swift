import NeuralNetwork
import Numerics

/// A multilayer perceptron's predictions after shorter and longer trainings on the whole training part at once: how
/// long to train is chosen as a penalty is elsewhere.
///
/// Features reach it divided by the root mean square of their longest axis, which keeps the axes' proportions; the
/// target by its standard deviation. The squared error is what it makes small, for two classes too.
struct PerceptronPath {
  /// Of the tested rows, after each of `lengths`.
  let predictions: [[Double]]

  /// Steps of training.
  static let lengths = [10, 20, 40, 80, 160]
  private static let learningRate: Float = 0.01
  private static let rule = Optimizer.Rule.adamW(weightDecay: 0.1)
  /// Where the first weights come from; one and the same, so that a target has one prediction.
  private static let seed: UInt64 = 1

  /// - Throws: `EngineError` where the network cannot be compiled or run, `TrainingLoop.Divergence`.
  init(_ basis: FoldDecomposition, target: [Double], _ networks: PerceptronNetworks) throws {
    let (seen, unseen) = (basis.training.count, basis.testing.count)
    let shape = PerceptronNetworks.Shape(inputs: basis.lengths.count, training: seen, testing: unseen)
    let network = try networks.take(shape)
    defer { networks.giveBack(network, shape) }
    let (graph, learner, predictor) = (network.learner.graph, network.learner, network.predictor)
    let unit = (basis.lengths.first ?? 1) / Double(seen).squareRoot()
    let deviation = target.standardDeviation
    let input = Self.tensor(basis.trainingScores, unit: unit)
    let question = Self.tensor(basis.testingScores, unit: unit)
    var generator = SeededGenerator(seed: Self.seed)
    var weights = [TrainedWeights(Parameters(for: graph, using: &generator), rule: Self.rule)]
    var predictions: [[Double]] = []
    let values = target.map { Float($0 / deviation) }
    let steps = Self.lengths.last ?? 1
    let loop = TrainingLoop(
      steps: steps, stepsPerEpoch: 1, schedule: .init(peak: Self.learningRate, decay: .constant))
    try loop.run(&weights) { weights, _, _ in
      try learner.setParameters(weights[0].parameters)
      return try learner.trainingStep(
        from: [input], target: .values(values), loss: Loss(.meanSquaredError), gradient: &weights[0].gradient)
    } epochEnded: { progress, weights, _ in
      guard Self.lengths.contains(progress.position.steps) else { return }
      try predictor.setParameters(weights[0].parameters)
      predictions.append(try predictor.predict([question]).values.map { Double($0) * deviation })
    }
    self.predictions = predictions
  }

  /// [rows, features, 1, 1, 1].
  private static func tensor(_ scores: Matrix, unit: Double) -> Tensor {
    Tensor(
      shape: [scores.rows, scores.columns, 1, 1, 1],
      values: (0..<scores.rows).flatMap { row in scores.row(row).map { Float($0 / unit) } })
  }
}
