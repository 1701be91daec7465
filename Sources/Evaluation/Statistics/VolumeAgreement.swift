import Statistics

/// Agreement of two methods of measuring a volume, over subjects.
public struct VolumeAgreement: Hashable, Codable, Sendable {
  /// Number of subjects.
  public var count: Int
  /// Mean of prediction − reference in ml (Bland and Altman 1986, Lancet 327:307); `nil` without subjects.
  public var bias: Double?
  /// Standard deviation of the differences in ml; `nil` with fewer than two subjects.
  public var standardDeviation: Double?
  /// Limits of agreement in ml: bias ± 1.96 standard deviations, which include 95 % of normally distributed
  /// differences. `nil` with fewer than two subjects.
  public var limits: ConfidenceInterval?
  /// Pearson's correlation, from -1 to 1; `nil` with fewer than two subjects or if one side is constant. It is high if
  /// subjects differ much, however large the bias.
  public var correlation: Double?
  /// Lin's concordance correlation coefficient (Lin 1989, Biometrics 45:255), which is lower than the correlation if
  /// there is a bias or a difference in scale. Moments are over n, as in the paper.
  public var concordance: Double?

  /// Compares the volumes of the same subjects, in the same order.
  /// - Parameters:
  ///   - predictions: volumes in ml.
  ///   - references: volumes in ml.
  public init(predictions: [Double], references: [Double]) {
    precondition(predictions.count == references.count, "needed one reference per prediction")
    let differences = ScoreStatistics(zip(predictions, references).map { $0 - $1 })
    count = differences.count
    bias = differences.mean
    standardDeviation = differences.standardDeviation
    guard let bias, let standardDeviation else { return }
    limits = ConfidenceInterval(
      low: bias - 1.96 * standardDeviation, high: bias + 1.96 * standardDeviation)
    let covariance = Self.covariance(predictions, references)
    let product = Self.covariance(predictions, predictions) * Self.covariance(references, references)
    guard product > 0 else { return }
    correlation = covariance / product.squareRoot()
    let spread = Self.covariance(predictions, predictions) + Self.covariance(references, references)
    concordance = 2 * covariance / (spread + bias * bias)
  }

  /// Returns the covariance over n of at least one pair of values.
  private static func covariance(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    return zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / count
  }
}
