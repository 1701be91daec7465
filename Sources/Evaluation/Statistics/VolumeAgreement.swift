import Statistics

/// How well two ways to measure a volume agree over subjects.
public struct VolumeAgreement: Hashable, Codable, Sendable {
  public var count: Int
  /// Mean of prediction − reference in ml (Bland and Altman 1986, Lancet 327:307); `nil` without subjects.
  public var bias: Double?
  /// Of the differences, in ml; `nil` with fewer than two subjects, as the limits and the correlations.
  public var standardDeviation: Double?
  /// Limits of agreement: bias ± 1.96 standard deviations, between which 95 % of normal differences lie, in ml.
  public var limits: ConfidenceInterval?
  /// Pearson's, from -1 to 1; `nil` where one side is the same for all. High wherever subjects differ much, however
  /// large the bias.
  public var correlation: Double?
  /// Lin's concordance (Lin 1989, Biometrics 45:255): the correlation, lowered by bias and by a difference in scale;
  /// moments over n, as in the paper.
  public var concordance: Double?

  /// Volumes of the same subjects in the same order, in ml.
  public init(predictions: [Double], references: [Double]) {
    precondition(predictions.count == references.count, "each prediction has a reference")
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

  /// Over n; there is at least one value.
  private static func covariance(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    return zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / count
  }
}
