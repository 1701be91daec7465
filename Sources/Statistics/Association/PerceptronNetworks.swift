import NeuralNetwork
import Synchronization

/// Compiled perceptrons that wait for their next training.
///
/// Compiling takes longer than a short training, and the folds of all permutations have a few shapes. A network is lent
/// to one training at a time, so that as many of a shape are compiled as trainings run beside each other.
package final class PerceptronNetworks: Sendable {
  /// What a network is compiled for.
  struct Shape: Hashable {
    /// Features.
    var inputs: Int
    /// Rows that it learns from, and rows that it predicts.
    var training, testing: Int
  }

  /// One graph compiled for two purposes. Not checked by the compiler: only who has taken it uses it.
  struct Network: @unchecked Sendable {
    let learner, predictor: Executable
  }

  private static let hidden = [16]
  private let idle = Mutex<[Shape: [Network]]>([:])
  private let compiled = Mutex(0)

  package init() {}

  /// How many networks were compiled.
  package var compiledCount: Int { compiled.withLock { $0 } }

  /// Returns a network that no other training uses.
  /// - Throws: `EngineError` where it cannot be compiled.
  func take(_ shape: Shape) throws(EngineError) -> Network {
    if let network = idle.withLock({ $0[shape]?.popLast() }) { return network }
    compiled.withLock { $0 += 1 }
    let graph = MultilayerPerceptron(inputs: shape.inputs, hidden: Self.hidden, outputs: 1).graph
    return Network(
      learner: try Executable(graph, batch: shape.training, size: .one, purpose: .training(), threads: 1),
      predictor: try Executable(graph, batch: shape.testing, size: .one, threads: 1))
  }

  func giveBack(_ network: Network, _ shape: Shape) {
    idle.withLock { $0[shape, default: []].append(network) }
  }
}
