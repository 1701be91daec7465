import NeuralNetwork
import Numerics

/// The splits of one table of features, ready for any target of numbers, or for one target of two classes.
package struct PreparedFolds: Sendable {
  package struct Fold: Sendable {
    package let outer: FoldBasis
    package let inner: [FoldBasis]
  }

  package let folds: [Fold]
  let count: Int
  private let networks: PerceptronNetworks

  /// - Parameters:
  ///   - classes: 0 or 1 for each row, by which the folds are stratified; `nil` for a target of numbers.
  ///   - networks: compiled perceptrons, which folds of other targets may share.
  /// - Throws: `LinearAlgebraError`.
  package init(
    _ features: Matrix, covariates: Matrix, groups: [Int], _ validation: CrossValidation,
    classes: [Double]? = nil, networks: PerceptronNetworks = PerceptronNetworks()
  ) throws(LinearAlgebraError) {
    count = features.rows
    self.networks = networks
    var folds: [Fold] = []
    let outer = validation.split(groups: groups, into: validation.folds, stream: 0, classes: classes)
    for (number, testing) in outer.enumerated() {
      let training = Self.rest(of: testing, in: Array(groups.indices))
      let parts = validation.split(
        groups: training.map { groups[$0] }, into: validation.innerFolds, stream: UInt64(number) + 1,
        classes: classes.map { classes in training.map { classes[$0] } })
      var inner: [FoldBasis] = []
      for part in parts {
        let held = part.map { training[$0] }
        inner.append(
          try FoldBasis(
            features, covariates: covariates, training: Self.rest(of: held, in: training), testing: held))
      }
      folds.append(
        Fold(
          outer: try FoldBasis(features, covariates: covariates, training: training, testing: testing),
          inner: inner))
    }
    self.folds = folds
  }

  private static func rest(of testing: [Int], in all: [Int]) -> [Int] {
    let held = Set(testing)
    return all.filter { !held.contains($0) }
  }

  /// A prediction for each row, by models that saw neither it nor any row of its group.
  /// - Parameter target: with two classes 0 and 1.
  /// - Throws: `EngineError`, by a perceptron.
  package func predictions(
    of target: [Double], isBinary: Bool, _ model: PredictionModel
  ) throws -> [Double] {
    var predictions = [Double](repeating: 0, count: count)
    for fold in folds {
      let found = try chosen(fold.inner, fold.outer, target, isBinary, model)
      for (row, value) in zip(fold.outer.testing, found) { predictions[row] = value }
    }
    return predictions
  }

  /// How the prediction rises with each feature, the mean over the outer folds.
  /// - Parameters:
  ///   - features: those of which the folds were made.
  ///   - covariates: likewise.
  /// - Throws: `LinearAlgebraError`; `EngineError`, by a perceptron.
  package func slopes(
    of target: [Double], isBinary: Bool, _ model: PredictionModel, features: Matrix, covariates: Matrix
  ) throws -> [Double] {
    let probes = SlopeProbes(features, covariates: covariates)
    let rows = features.appending(below: probes.features)
    let known = covariates.appending(below: probes.covariates)
    var sum = [Double](repeating: 0, count: features.columns)
    for fold in folds {
      let asked = try FoldBasis(
        rows, covariates: known, training: fold.outer.training, testing: Array(count..<rows.rows))
      let found = try chosen(fold.inner, asked, target, isBinary, model)
      for (j, slope) in probes.slopes(of: found).enumerated() { sum[j] += slope / Double(folds.count) }
    }
    return sum
  }

  /// The predictions of a split's tested rows by the candidate that is best in the inner folds, of those that every
  /// split has: a lower rank has fewer components, and a training part whose target is constant has one candidate.
  private func chosen(
    _ inner: [FoldBasis], _ basis: FoldBasis, _ target: [Double], _ isBinary: Bool, _ model: PredictionModel
  ) throws -> [Double] {
    var losses: [[Double]] = []
    for basis in inner {
      let found = try model.predictions(of: target, isBinary: isBinary, in: basis, networks: networks)
      losses.append(found.map { Self.squaredError($0, target, basis, isBalanced: isBinary) })
    }
    let shared = losses.map(\.count).min() ?? 0
    let sums = (0..<shared).map { candidate in losses.reduce(0) { $0 + $1[candidate] } }
    let best = Self.least(sums)
    let found = try model.predictions(
      of: target, isBinary: isBinary, in: basis, upTo: best, networks: networks)
    return found[best < found.count ? best : Self.least(Array(sums.prefix(found.count)))]
  }

  /// The place of the least; the first of equals is the simplest.
  private static func least(_ losses: [Double]) -> Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }

  /// Summed over the tested rows; with two classes each counts as much as the other.
  private static func squaredError(
    _ values: [Double], _ target: [Double], _ basis: FoldBasis, isBalanced: Bool
  ) -> Double {
    let weights = isBalanced ? ClassWeights(basis.training.map { target[$0] }) : ClassWeights()
    return zip(basis.testing, values).reduce(0) { sum, pair in
      let miss = target[pair.0] - pair.1
      return sum + weights[target[pair.0]] * miss * miss
    }
  }
}
