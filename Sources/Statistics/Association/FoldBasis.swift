import Numerics

/// One split of the subjects, with the features as its training part sees them; it knows no target, so that one
/// serves all permutations.
///
/// Everything is estimated on the training part alone: the regression of the features on the covariates (Snoek,
/// Miletić and Scholte 2019, doi 10.1016/j.neuroimage.2018.09.074), means, standard deviations, and the principal axes to
/// which the features are turned. Ridge, logistic regression and PLS do not change under a rotation, so turning costs
/// nothing and leaves at most as many numbers per subject as there are subjects.
package struct FoldBasis: Sendable {
  /// Rows of the table.
  package let training, testing: [Int]
  /// [training, rank], orthogonal columns in descending order of their length.
  package let trainingScores: Matrix
  /// [testing, rank].
  package let testingScores: Matrix
  /// Lengths of the columns of `trainingScores`.
  package let lengths: [Double]

  /// - Parameters:
  ///   - covariates: as many rows as `features`, perhaps no columns.
  /// - Throws: `LinearAlgebraError`.
  package init(
    _ features: Matrix, covariates: Matrix, training: [Int], testing: [Int]
  ) throws(LinearAlgebraError) {
    var seen = features.rows(at: training)
    var unseen = features.rows(at: testing)
    if covariates.columns > 0 {
      let design = covariates.rows(at: training).withIntercept
      let slopes = try design.leastSquares(seen)
      seen.subtract(design.times(slopes))
      unseen.subtract(covariates.rows(at: testing).withIntercept.times(slopes))
    }
    Self.standardize(&seen, &unseen)
    let factors = try seen.singularValues()
    self.training = training
    self.testing = testing
    lengths = factors.values
    trainingScores = seen.times(factors.right)
    testingScores = unseen.times(factors.right)
  }

  /// Both parts by mean and standard deviation (over n) of the first; a feature without spread there becomes 0.
  private static func standardize(_ seen: inout Matrix, _ unseen: inout Matrix) {
    for j in 0..<seen.columns {
      let column = seen.column(j)
      let (mean, deviation) = (column.mean, column.standardDeviation)
      // What covariates explain wholly leaves rounding, not a feature.
      let scale = deviation > 1e-12 * max(1, abs(mean)) ? 1 / deviation : 0
      for i in 0..<seen.rows { seen[i, j] = (seen[i, j] - mean) * scale }
      for i in 0..<unseen.rows { unseen[i, j] = (unseen[i, j] - mean) * scale }
    }
  }
}

extension Matrix {
  /// With a column of ones before the others.
  var withIntercept: Matrix {
    Matrix(rows: rows, columns: 1, values: Array(repeating: 1, count: rows)).appending(self)
  }

  mutating func subtract(_ other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "matrices of one shape")
    for i in values.indices { values[i] -= other.values[i] }
  }
}
