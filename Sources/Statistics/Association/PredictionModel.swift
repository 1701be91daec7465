import Foundation
import NeuralNetwork

/// How a measure is predicted from features, along a path from simple to complex of which the inner folds choose.
public enum PredictionModel: String, Hashable, Codable, Sendable, CaseIterable {
  /// Least squares with an L2 penalty (Hoerl and Kennard 1970); candidates are penalties.
  case ridge
  /// Logistic regression with an L2 penalty, both classes weighted alike; candidates are penalties.
  case logistic
  /// Partial least squares of one target (Wold 1975); candidates are numbers of components.
  case pls
  /// A multilayer perceptron of the engine; candidates are lengths of its training.
  case mlp

  /// Predictions of the tested rows by each candidate, the simplest first; at least one.
  ///
  /// A measure of two classes is predicted on a scale whose middle is 0.5: as a probability by `logistic`; by the
  /// others from 0 and 1 as numbers, moved so that the training's mean lies there, since a rare class would else never
  /// pass it. What a split makes constant is predicted as that.
  /// - Parameters:
  ///   - last: the last candidate that is wanted; `nil` for all.
  ///   - networks: compiled perceptrons to take from and to give back to.
  /// - Throws: `EngineError`, by the perceptron.
  package func predictions(
    of target: [Double], isBinary: Bool, in basis: FoldBasis, upTo last: Int? = nil,
    networks: PerceptronNetworks = PerceptronNetworks()
  ) throws -> [[Double]] {
    let seen = basis.training.map { target[$0] }
    let mean = seen.mean
    guard seen.contains(where: { $0 != seen[0] }), !basis.lengths.isEmpty else {
      return [Array(repeating: isBinary ? 0.5 : mean, count: basis.testing.count)]
    }
    if self == .logistic {
      let penalties = Array(LogisticPath.penalties.prefix(last.map { $0 + 1 } ?? .max))
      return LogisticPath(basis, target: seen, penalties: penalties).predictions(of: basis.testingScores)
    }
    let centred = seen.map { $0 - mean }
    let found: [[Double]] =
      switch self {
      case .ridge:
        RidgePath(basis, target: centred, penalties: Self.penalties).predictions(of: basis.testingScores)
      case .pls:
        PartialLeastSquares(basis.trainingScores, target: centred, components: Self.mostComponents)
          .predictions(of: basis.testingScores)
      case .mlp: try PerceptronPath(basis, target: centred, networks).predictions
      case .logistic: []
      }
    let middle = isBinary ? 0.5 : mean
    return found.map { $0.map { $0 + middle } }
  }

  /// Of standardised features, in the unit of scikit-learn's `alpha`: from one that leaves nothing to one
  /// that leaves all, in steps of √10.
  package static let penalties = stride(from: 5.0, through: -1, by: -0.5).map { pow(10, $0) }
  static let mostComponents = 8
}
