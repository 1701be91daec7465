import NeuralNetwork

/// The splits of one table of features, ready for any target.
package struct PreparedFolds: Sendable {
  package struct Fold: Sendable {
    package let outer: FoldBasis
    package let inner: [FoldBasis]
  }

  package let folds: [Fold]
  let count: Int

  /// - Throws: `LinearAlgebraError`.
  package init(
    _ features: Matrix, covariates: Matrix, groups: [Int], _ validation: CrossValidation
  ) throws(LinearAlgebraError) {
    count = features.rows
    var folds: [Fold] = []
    let outer = validation.split(groups: groups, into: validation.folds, stream: 0)
    for (number, testing) in outer.enumerated() {
      let training = Self.rest(of: testing, in: Array(groups.indices))
      let parts = validation.split(
        groups: training.map { groups[$0] }, into: validation.innerFolds, stream: UInt64(number) + 1)
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
  ) throws(EngineError) -> [Double] {
    var predictions = [Double](repeating: 0, count: count)
    for fold in folds {
      let found = try Self.chosen(fold.inner, fold.outer, target, isBinary, model)
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
      let found = try Self.chosen(fold.inner, asked, target, isBinary, model)
      for (j, slope) in probes.slopes(of: found).enumerated() { sum[j] += slope / Double(folds.count) }
    }
    return sum
  }

  /// The predictions of a split's tested rows by the candidate that is best in the inner folds.
  private static func chosen(
    _ inner: [FoldBasis], _ basis: FoldBasis, _ target: [Double], _ isBinary: Bool, _ model: PredictionModel
  ) throws(EngineError) -> [Double] {
    var losses: [Double] = []
    for basis in inner {
      let found = try model.predictions(of: target, isBinary: isBinary, in: basis)
      if losses.isEmpty { losses = Array(repeating: 0, count: found.count) }
      for (candidate, values) in found.enumerated() {
        losses[candidate] += squaredError(values, target, basis, isBalanced: isBinary)
      }
    }
    // The first of equals is the simplest.
    let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    let found = try model.predictions(of: target, isBinary: isBinary, in: basis, upTo: best)
    // Fewer candidates than inside only where a rank is lower: the most complex that there is.
    return found[min(best, found.count - 1)]
  }

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
