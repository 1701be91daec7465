import Numerics

/// The prediction of one target from one feature set.
public struct AssociationResult: Hashable, Codable, Sendable {
  /// A measure of agreement, with its confidence interval and permutation test.
  public struct Score: Hashable, Codable, Sendable {
    /// The measure.
    public let measure: AssociationMeasure
    /// The value over all subjects, each predicted by a model that was trained without it; `nil` if it is not defined.
    public let value: Double?
    /// Bootstrap confidence interval over groups. The folds are kept fixed, so their variability is not included.
    public let interval: ConfidenceInterval?
    /// p value of the permutation test; `nil` without permutations.
    public let probability: Double?
    /// Mean over the permuted targets, the chance level, which cross-validation puts slightly below 0 or 0.5.
    public let nullMean: Double?
    /// The values of the permuted targets in ascending order, with four decimals; `nil` except for the first measure.
    public var null: [Double]?
  }

  /// Target and prediction of one scan.
  public struct Prediction: Hashable, Codable, Sendable {
    /// The scan's identifier.
    public let scan: String
    /// The target's value and its prediction.
    public let target, predicted: Double
  }

  /// Name of the target.
  public let target: String
  /// Whether the target is numeric or binary.
  public let kind: TargetMeasure.Kind
  /// Names of the classes 0 and 1; empty for a numeric target.
  public let classes: [String]
  /// Name of the feature set: `features`, `covariates`, or the name of a baseline.
  public let features: String
  /// Name of the model: `ridge` and so on, or `cnn` for `MapClassification`.
  public let model: String
  /// Numbers of scans, of groups, and of scans left out because of missing values.
  public let subjects, groups, left: Int
  /// The scores; the first is corrected for multiple targets.
  public let scores: [Score]
  /// False discovery rate of the first score over all targets; `nil` for feature sets other than `features`.
  public var falseDiscoveryRate: Double?
  /// Target and prediction of each scan.
  public let predictions: [Prediction]
  /// Number of different targets that permutations can give, at most 1e300; `nil` without permutations.
  public let distinctPermutations: Double?
  /// Pattern of the features; `nil` for a network that reads maps.
  public let pattern: AssociationPattern?
  /// Slopes of the prediction; `nil` for a network that reads maps.
  public let slopes: AssociationSlopes?
  /// Limitations that a reader must know, as sentences.
  public let warnings: [String]

  /// Creates the result of a sample.
  package init(
    _ sample: AssociationSample, features: String, model: String, settings: Association.Settings,
    scores: [Score], predictions: [Double], pattern: AssociationPattern? = nil,
    slopes: AssociationSlopes? = nil
  ) {
    target = sample.measure.name
    kind = sample.measure.kind
    classes = sample.measure.classes
    self.features = features
    self.model = model
    (subjects, groups, left) = (sample.rows.count, sample.groupCount, sample.left)
    self.scores = scores
    self.predictions = zip(sample.rows, zip(sample.target, predictions)).map {
      Prediction(scan: $0, target: $1.0, predicted: $1.1)
    }
    self.pattern = pattern
    self.slopes = slopes
    distinctPermutations =
      settings.permutations > 0 ? settings.permutationTest(of: sample).distinctCount : nil
    warnings =
      SampleSize(sample, features: pattern?.columns.count ?? 0, folds: settings.validation.folds).warnings
  }
}

/// The pattern of the features that belongs to a prediction: the change of each feature, in its own unit, per standard
/// deviation of the predictions, after regressing out the covariates.
///
/// The weights of a model separate signal from noise and do not show where the signal is. The covariance of features
/// and predictions does, for any model (Haufe et al. 2014, doi 10.1016/j.neuroimage.2013.10.067). The predictions are
/// those of the outer folds, so a model that has overfitted has no pattern.
public struct AssociationPattern: Hashable, Codable, Sendable {
  /// Names of the features.
  public let columns: [String]
  /// The pattern, one value per feature.
  public let values: [Double]

  /// Computes the pattern of cross-validated predictions.
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

/// The slopes of a prediction: its change, in the target's unit, per unit of each feature, with all other features and
/// the covariates fixed; the mean over the models of the outer folds.
///
/// Each slope is a finite difference of half a standard deviation on either side of the mean features, so that it is
/// defined for every model, including perceptrons. For two classes the prediction is that of `PredictionModel`, a
/// probability or a score.
public struct AssociationSlopes: Hashable, Codable, Sendable {
  /// Names of the features.
  public let columns: [String]
  /// The slopes, one per feature.
  public let values: [Double]
}

/// Rows of features for finite differences: for each feature, one row below the mean row and one above it.
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

  /// Returns the slope along each feature; 0 for a constant feature.
  /// - Parameter predictions: the predictions of all rows.
  func slopes(of predictions: [Double]) -> [Double] {
    deviations.enumerated().map { j, deviation in
      deviation > 0 ? (predictions[2 * j + 1] - predictions[2 * j]) / deviation : 0
    }
  }
}
