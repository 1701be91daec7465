import Foundation
import NeuralNetwork
import Numerics

/// A model that predicts a target from features, for a path of candidates from simple to complex of which the inner
/// folds choose one.
public enum PredictionModel: String, Hashable, Codable, Sendable, CaseIterable {
  /// Least squares with an L2 penalty (Hoerl and Kennard 1970). The candidates are penalties.
  case ridge
  /// Logistic regression with an L2 penalty and equal weights of both classes. The candidates are penalties.
  case logistic
  /// Partial least squares of one target (Wold 1975). The candidates are numbers of components.
  case pls
  /// A multilayer perceptron. The candidates are numbers of training steps.
  case mlp

  /// Returns the predictions of the test rows for each candidate, the simplest first; there is at least one.
  ///
  /// Predictions of two classes have their threshold at 0.5. `logistic` gives probabilities; the other models predict
  /// the numbers 0 and 1, shifted so that the mean of the training part becomes 0.5, because a rare class would
  /// otherwise never exceed the threshold. A target that is constant in the training part is predicted as constant.
  /// - Parameters:
  ///   - target: the target's values, one per row of the table; two classes are 0 and 1.
  ///   - isBinary: whether the target has two classes.
  ///   - basis: training and test part of the features.
  ///   - last: the last candidate to compute; `nil` for all.
  ///   - networks: compiled perceptrons for reuse.
  /// - Throws: `EngineError`, by the perceptron.
  package func predictions(
    of target: [Double], isBinary: Bool, in basis: FoldDecomposition, upTo last: Int? = nil,
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

  /// Penalties for standardized features, in the unit of scikit-learn's `alpha`, in steps of √10. They range from
  /// complete to negligible shrinkage.
  package static let penalties = stride(from: 5.0, through: -1, by: -0.5).map { pow(10, $0) }
  /// The greatest number of components of partial least squares.
  static let mostComponents = 8
}

/// Ridge regression at several penalties α: w that minimizes ‖y − X w‖² + α ‖w‖², for centered y and X.
///
/// The columns t_j of a basis are orthogonal, so w_j = t_jᵀ y / (‖t_j‖² + α), and one product serves all penalties.
struct RidgePath {
  /// Weights of the basis' columns, for each penalty.
  let weights: [[Double]]

  init(_ basis: FoldDecomposition, target: [Double], penalties: [Double]) {
    let products = basis.trainingScores.times(target, transposed: true)
    weights = penalties.map { penalty in
      zip(products, basis.lengths).map { $0 / ($1 * $1 + penalty) }
    }
  }

  func predictions(of scores: Matrix) -> [[Double]] { weights.map { scores.times($0) } }
}

/// Weights n / (2 n_c) of the subjects of each class c, with which both classes have equal weight in total.
struct ClassWeights: Sendable {
  private var zero = 1.0, one = 1.0

  init() {}

  init(_ target: [Double]) {
    let ones = target.reduce(0, +)
    let count = Double(target.count)
    guard ones > 0, ones < count else { return }
    (zero, one) = (count / (2 * (count - ones)), count / (2 * ones))
  }

  subscript(target: Double) -> Double { target == 1 ? one : zero }
}
