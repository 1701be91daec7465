/// How well one measure is predicted from one set of features.
public struct AssociationResult: Hashable, Codable, Sendable {
  /// A measure of agreement, and how much of it could be chance.
  public struct Score: Hashable, Codable, Sendable {
    public let measure: AssociationMeasure
    /// Over all subjects, each predicted by a model that did not see it; `nil` where it is not defined.
    public let value: Double?
    /// By the bootstrap over groups, of these predictions: the spread of other folds is not in it.
    public let interval: ConfidenceInterval?
    /// Of the permutation test; `nil` without permutations.
    public let probability: Double?
    /// Of the exchanged targets: what chance gives, which cross-validation puts a little below 0 or 0.5.
    public let nullMean: Double?
    /// The values of the exchanged targets in ascending order, to four digits; kept of the first measure alone.
    public var null: [Double]?
  }

  /// What was measured of a scan, and what was predicted.
  public struct Prediction: Hashable, Codable, Sendable {
    public let scan: String
    public let target, predicted: Double
  }

  public let target: String
  public let kind: TargetMeasure.Kind
  /// What counts as 0 and as 1; empty for numbers.
  public let classes: [String]
  /// `features`, `covariates`, or the name of another table.
  public let features: String
  /// `ridge` and so on, or `cnn` of `MapClassification`.
  public let model: String
  /// Scans, the groups that folds keep together, and scans left out as something about them is not known.
  public let subjects, groups, left: Int
  /// The first is the one that is corrected for many targets.
  public let scores: [Score]
  /// The false discovery rate at which the first score counts, over all targets; `nil` for what stands beside.
  public var falseDiscoveryRate: Double?
  public let predictions: [Prediction]
  /// How many different targets permutations can give, at most 1e300; `nil` without permutations.
  public let distinctPermutations: Double?
  /// `nil` of a network that sees maps and no features.
  public let pattern: AssociationPattern?
  /// `nil` likewise.
  public let slopes: AssociationSlopes?
  /// What a reader must know before believing it, in plain words.
  public let warnings: [String]

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
