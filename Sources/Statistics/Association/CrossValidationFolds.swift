import NeuralNetwork
import Numerics

/// The cross-validation folds of one table of features with their singular value decompositions, for any numeric
/// target, or for one target of two classes.
package struct CrossValidationFolds: Sendable {
  /// One outer fold with its inner folds.
  package struct Fold: Sendable {
    /// The split into training and test part.
    package let outer: FoldDecomposition
    /// The splits of the training part.
    package let inner: [FoldDecomposition]
  }

  /// The outer folds.
  package let folds: [Fold]
  let count: Int
  private let networks: PerceptronNetworks

  /// Splits the rows and decomposes the training parts.
  /// - Parameters:
  ///   - features: [rows, columns].
  ///   - covariates: [rows, columns], with any number of columns including 0.
  ///   - groups: the group of each row.
  ///   - validation: numbers of folds, and the seed.
  ///   - classes: 0 or 1 for each row, by which the folds are stratified; `nil` for a numeric target.
  ///   - networks: compiled perceptrons, which folds of other targets can share.
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
      var inner: [FoldDecomposition] = []
      for part in parts {
        let held = part.map { training[$0] }
        inner.append(
          try FoldDecomposition(
            features, covariates: covariates, training: Self.rest(of: held, in: training), testing: held))
      }
      folds.append(
        Fold(
          outer: try FoldDecomposition(
            features, covariates: covariates, training: training, testing: testing),
          inner: inner))
    }
    self.folds = folds
  }

  private static func rest(of testing: [Int], in all: [Int]) -> [Int] {
    let held = Set(testing)
    return all.filter { !held.contains($0) }
  }

  /// Returns a prediction for each row by a model that was trained without the rows of its group.
  /// - Parameters:
  ///   - target: the target's values; two classes are 0 and 1.
  ///   - isBinary: whether the target has two classes.
  ///   - model: the prediction model.
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

  /// Returns the slope of the prediction along each feature, the mean over the outer folds.
  /// - Parameters:
  ///   - target: the target's values; two classes are 0 and 1.
  ///   - isBinary: whether the target has two classes.
  ///   - model: the prediction model.
  ///   - features: the features from which the folds were made.
  ///   - covariates: the covariates from which the folds were made.
  /// - Throws: `LinearAlgebraError`; `EngineError`, by a perceptron.
  package func slopes(
    of target: [Double], isBinary: Bool, _ model: PredictionModel, features: Matrix, covariates: Matrix
  ) throws -> [Double] {
    let probes = SlopeProbes(features, covariates: covariates)
    let rows = features.appending(below: probes.features)
    let known = covariates.appending(below: probes.covariates)
    var sum = [Double](repeating: 0, count: features.columns)
    for fold in folds {
      let asked = try FoldDecomposition(
        rows, covariates: known, training: fold.outer.training, testing: Array(count..<rows.rows))
      let found = try chosen(fold.inner, asked, target, isBinary, model)
      for (j, slope) in probes.slopes(of: found).enumerated() { sum[j] += slope / Double(folds.count) }
    }
    return sum
  }

  /// Returns the predictions of a split's test rows by the candidate that is best in the inner folds.
  ///
  /// Only candidates that every split has are compared: a lower rank has fewer components, and a training part with a
  /// constant target has one candidate.
  private func chosen(
    _ inner: [FoldDecomposition], _ basis: FoldDecomposition, _ target: [Double], _ isBinary: Bool,
    _ model: PredictionModel
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

  /// Returns the index of the least loss; of equal losses, that of the simplest candidate.
  private static func least(_ losses: [Double]) -> Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }

  /// Returns the squared error summed over the test rows; two classes have equal weight.
  private static func squaredError(
    _ values: [Double], _ target: [Double], _ basis: FoldDecomposition, isBalanced: Bool
  ) -> Double {
    let weights = isBalanced ? ClassWeights(basis.training.map { target[$0] }) : ClassWeights()
    return zip(basis.testing, values).reduce(0) { sum, pair in
      let miss = target[pair.0] - pair.1
      return sum + weights[target[pair.0]] * miss * miss
    }
  }
}

/// One split of the subjects, with the features as standardized by its training part. It does not depend on the target,
/// so one basis serves all permutations.
///
/// Everything is estimated on the training part only: the regression of the features on the covariates (Snoek, Miletić
/// and Scholte 2019, doi 10.1016/j.neuroimage.2018.09.074), means, standard deviations, and the principal axes to which
/// the features are rotated. Ridge regression, logistic regression and partial least squares are invariant under
/// rotation, so the rotation changes no result and leaves at most as many numbers per subject as there are subjects.
package struct FoldDecomposition: Sendable {
  /// Rows of the table.
  package let training, testing: [Int]
  /// Training part, [training, rank]; orthogonal columns in descending order of their length.
  package let trainingScores: Matrix
  /// Test part, [testing, rank].
  package let testingScores: Matrix
  /// Lengths of the columns of `trainingScores`, the singular values.
  package let lengths: [Double]

  /// Standardizes and decomposes a split.
  /// - Parameters:
  ///   - features: [rows, columns].
  ///   - covariates: [rows, columns], with any number of columns including 0.
  ///   - training: rows of the training part.
  ///   - testing: rows of the test part.
  /// - Throws: `LinearAlgebraError`.
  package init(
    _ features: Matrix, covariates: Matrix, training: [Int], testing: [Int]
  ) throws(LinearAlgebraError) {
    var seen = features.rows(at: training)
    var unseen = features.rows(at: testing)
    let before = (0..<seen.columns).map { seen.column($0).standardDeviation }
    if covariates.columns > 0 {
      let design = covariates.rows(at: training).withIntercept
      let slopes = try design.leastSquares(seen)
      seen.subtract(design.times(slopes))
      unseen.subtract(covariates.rows(at: testing).withIntercept.times(slopes))
    }
    Self.standardize(&seen, &unseen, before: before)
    let factors = try seen.singularValues()
    self.training = training
    self.testing = testing
    lengths = factors.values
    trainingScores = seen.times(factors.right)
    testingScores = unseen.times(factors.right)
  }

  /// Standardizes both parts by mean and standard deviation (over n) of the training part. A feature that is constant
  /// there becomes 0.
  /// - Parameter before: the standard deviations before the covariates were regressed out.
  private static func standardize(_ seen: inout Matrix, _ unseen: inout Matrix, before: [Double]) {
    for j in 0..<seen.columns {
      let column = seen.column(j)
      let (mean, deviation) = (column.mean, column.standardDeviation)
      // A feature that the covariates explain completely consists of rounding errors.
      let scale = deviation > max(1e-12 * abs(mean), 1e-9 * before[j]) ? 1 / deviation : 0
      for i in 0..<seen.rows { seen[i, j] = (seen[i, j] - mean) * scale }
      for i in 0..<unseen.rows { unseen[i, j] = (unseen[i, j] - mean) * scale }
    }
  }
}

extension Matrix {
  /// The matrix with a column of ones in front.
  var withIntercept: Matrix {
    Matrix(rows: rows, columns: 1, values: Array(repeating: 1, count: rows)).appending(self)
  }

  /// Subtracts a matrix of the same shape.
  mutating func subtract(_ other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "the matrices must have the same shape")
    for i in values.indices { values[i] -= other.values[i] }
  }
}
