import NeuralNetwork
import Numerics

/// The training loop that the examples share, from the public parts of `NeuralNetwork`: a batch, the gradient of
/// its loss, a step of the optimizer.
struct PlainTraining {
  var name: String
  var loss: Loss
  var rule: Optimizer.Rule
  var schedule: LearningRateSchedule
  var batch: Int
  var steps: Int
  var seed: UInt64 = 1
  /// Steps between two printed lines, each with the mean loss since the last.
  var reportInterval = 100

  /// Sums are rounded in an order that depends on it, so it is fixed; and such small layers take longer to meet
  /// at barriers than to compute.
  static let threads = 1

  struct Result {
    var parameters: Parameters
    /// Means over the printed intervals.
    var losses: [Double]
  }

  /// - Parameter draw: gives an input [batch, C, D, H, W] and what the network shall make of it.
  func run(
    _ graph: Graph, size: SIMD3<Int>, draw: (Int, inout SeededGenerator) -> (input: Tensor, target: Target)
  ) throws -> Result {
    var generator = SeededGenerator(seed: seed)
    var parameters = Parameters(for: graph, using: &generator)
    var optimizer = Optimizer(rule)
    var gradient = parameters.values
    let executable = try Executable(
      graph, batch: batch, size: size, purpose: .training(), threads: Self.threads)
    var (losses, sum) = ([Double](), 0.0)
    for step in 1...steps {
      try executable.setParameters(parameters)
      let (input, target) = draw(batch, &generator)
      sum += try executable.trainingStep(from: [input], target: target, loss: loss, gradient: &gradient)
      let rate = schedule.rate(at: Float(step - 1) / Float(steps))
      optimizer.update(&parameters.values, gradient: gradient, learningRate: rate)
      guard step % reportInterval == 0 else { continue }
      losses.append(sum / Double(reportInterval))
      print("\(name): step \(step) loss \(Double(Int(1e4 * sum / Double(reportInterval))) / 1e4)")
      sum = 0
    }
    return Result(parameters: parameters, losses: losses)
  }

  /// The trained network's outputs for samples that lie one after the other, [N, C, D, H, W].
  static func predict(
    _ graph: Graph, _ parameters: Parameters, size: SIMD3<Int>, samples: Tensor
  ) throws -> Tensor {
    let executable = try Executable(graph, batch: samples.shape[0], size: size, threads: threads)
    try executable.setParameters(parameters)
    return try executable.predict([samples])
  }
}
