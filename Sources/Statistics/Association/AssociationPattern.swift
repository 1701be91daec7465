import Numerics

/// How features go with a prediction: the change of each, in its own unit, for one standard deviation of the
/// predictions, with what covariates explain taken out.
///
/// Weights of a model say how signal and noise are told apart and not where the signal is; the covariance of features
/// and predictions does (Haufe et al. 2014, doi 10.1016/j.neuroimage.2013.10.067), for any model. The predictions are
/// those of the outer folds, so that a model that has learned noise has no pattern.
public struct AssociationPattern: Hashable, Codable, Sendable {
  public let columns: [String]
  public let values: [Double]

  init(
    of predictions: [Double], columns: [String], features: Matrix, covariates: Matrix
  ) throws(LinearAlgebraError) {
    var residuals = features
    if covariates.columns > 0 {
      let design = covariates.withIntercept
      residuals.subtract(design.times(try design.leastSquares(features)))
    }
    let (mean, deviation) = (predictions.mean, predictions.standardDeviation)
    self.columns = columns
    values = (0..<features.columns).map { j in
      let column = residuals.column(j)
      let middle = column.mean
      let sum = zip(column, predictions).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) }
      return deviation > 0 ? sum / (Double(column.count) * deviation) : 0
    }
  }
}
