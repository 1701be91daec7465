import Foundation
import NeuralNetwork

/// Where the time of one training step of the default network goes, 2×96³, and of inference at 96³.
enum ProfileBenchmark {
  private static let repetitions = 5

  static func run() throws {
    let graph = Autoencoder(outputChannels: 4).graph
    for (name, batch, purpose) in [
      ("inference, 96³", 1, Executable.Purpose.inference), ("training, 2×96³", 2, .training()),
    ] {
      let profile = try NetworkProfile(
        graph, batch: batch, size: [96, 96, 96], purpose: purpose, precision: .fastest,
        repetitions: repetitions)
      let own = purpose == .inference ? [] : try lossAndOptimizer(graph, batch: batch)
      let entries = (profile.byWork + own).sorted { $0.1 > $1.1 }
      let whole = entries.reduce(0) { $0 + $1.1 }
      print("\(name): \(Int(whole * 1e3)) ms, planned memory \(profile.plannedByteCount / 1_000_000) MB")
      for (work, seconds) in entries {
        print(String(format: "%9.2f ms %5.1f %%  ", seconds * 1e3, 100 * seconds / whole) + work)
      }
    }
    try DataPreparation.run()
  }

  /// What a step does besides the network: what `learn` takes over the network's own steps is the loss.
  private static func lossAndOptimizer(_ graph: Graph, batch: Int) throws -> [(String, Double)] {
    let shape = [batch, 4, 96, 96, 96]
    let loss = Loss(.crossEntropy) + Loss(.softDice(includingBackground: false))
    var generator = SystemRandomNumberGenerator()
    var parameters = Parameters(for: graph, using: &generator)
    var gradient = parameters.values
    var optimizer = Optimizer(.adamW())
    optimizer.update(&parameters.values, gradient: gradient, learningRate: 1e-4)
    let voxels = shape[0] * shape[2] * shape[3] * shape[4]
    let classes = (0..<voxels).map { UInt8($0 & 3) }
    // A network that is nothing but its softmax: its loss is the default network's.
    var head = Graph()
    _ = head.softmax(head.input(channels: 4))
    let executable = try Executable(
      head, batch: batch, size: [96, 96, 96], purpose: .training(inputGradients: false))
    try executable.setParameters(Parameters(zerosFor: head))
    let input = Tensor(shape: shape, repeating: 0.25)
    var ignored: [Float] = []
    let forward = try Benchmarks.least(of: repetitions) { _ = try executable.predict([input]) }
    let learning = try Benchmarks.least(of: repetitions) {
      _ = try executable.trainingStep(
        from: [input], target: .classes(classes), loss: loss, gradient: &ignored)
    }
    let optimizing = Benchmarks.least(of: repetitions) {
      optimizer.update(&parameters.values, gradient: gradient, learningRate: 1e-4)
      gradient.clipNorm(to: 5)
    }
    return [("loss and its gradient", learning - forward), ("optimizer", optimizing)]
  }
}
