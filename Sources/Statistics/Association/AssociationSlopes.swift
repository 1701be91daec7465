import Numerics

/// How a prediction rises with each feature: in the target's unit for one unit of the feature, while all others and the
/// covariates stay where they are; the mean of the outer folds' models.
///
/// It is half a standard deviation to both sides of the mean features that a model is asked about, so that every model
/// has slopes, a perceptron too. Of two classes it is the prediction of `PredictionModel`, a probability or a score.
public struct AssociationSlopes: Hashable, Codable, Sendable {
  public let columns: [String]
  public let values: [Double]
}

/// Rows of features that a model is asked about: for each feature one below the mean row and one above it.
struct SlopeProbes {
  let features, covariates: Matrix
  private let deviations: [Double]

  init(_ features: Matrix, covariates: Matrix) {
    let columns = (0..<features.columns).map(features.column)
    deviations = columns.map(\.standardDeviation)
    var rows = Matrix(rows: 2 * features.columns, columns: features.columns)
    for (j, column) in columns.enumerated() {
      let mean = column.mean
      for i in 0..<rows.rows { rows[i, j] = mean }
      rows[2 * j, j] -= deviations[j] / 2
      rows[2 * j + 1, j] += deviations[j] / 2
    }
    self.features = rows
    let means = (0..<covariates.columns).map { covariates.column($0).mean }
    self.covariates = Matrix(Array(repeating: means, count: rows.rows), columns: means.count)
  }

  /// The slope along each feature, of the predictions of all rows; 0 along one that is constant.
  func slopes(of predictions: [Double]) -> [Double] {
    deviations.enumerated().map { j, deviation in
      deviation > 0 ? (predictions[2 * j + 1] - predictions[2 * j]) / deviation : 0
    }
  }
}
