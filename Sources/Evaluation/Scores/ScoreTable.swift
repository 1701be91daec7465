import Foundation
import Imaging
import Statistics

/// A label with scores: a tissue, or a structure of the brain.
public struct ScoredLabel: Codable, Hashable, Sendable {
  /// The label in the maps that are compared.
  public var value: UInt16
  /// The name in tables.
  public var name: String

  /// Creates a label.
  public init(value: UInt16, name: String) {
    self.value = value
    self.name = name
  }

  /// The label of a tissue.
  public init(_ tissue: Tissue) { self.init(value: tissue.rawValue, name: tissue.name) }

  /// Gray matter.
  public static let grayMatter = ScoredLabel(.grayMatter)
  /// White matter.
  public static let whiteMatter = ScoredLabel(.whiteMatter)
  /// Cerebrospinal fluid.
  public static let csf = ScoredLabel(.csf)
}

/// Scores of many subjects, and their statistics.
public struct ScoreTable: Codable, Hashable, Sendable {
  /// The scores of one label of one subject.
  public struct Row: Codable, Hashable, Sendable {
    /// The subject's name.
    public var subject: String
    /// The label that was scored.
    public var label: ScoredLabel
    /// The scores.
    public var scores: SegmentationScores

    /// Creates a row.
    public init(subject: String, label: ScoredLabel, scores: SegmentationScores) {
      self.subject = subject
      self.label = label
      self.scores = scores
    }
  }

  /// The rows, grouped by subject, with labels in the order of their values.
  public private(set) var rows: [Row]
  /// The settings of scores and statistics.
  public var settings: ScoreSettings

  /// Creates a table and removes labels that no prediction and no reference has, which would otherwise have a Dice of
  /// 1 as empty masks.
  public init(rows: [Row], settings: ScoreSettings = ScoreSettings()) {
    let present = Set(
      rows.filter { $0.scores.predictionVolume + $0.scores.referenceVolume > 0 }.map(\.label))
    self.rows = present.isEmpty ? rows : rows.filter { present.contains($0.label) }
    self.settings = settings
  }

  /// The subjects, in the order of their rows.
  public var subjects: [String] {
    rows.reduce(into: []) { if $0.last != $1.subject { $0.append($1.subject) } }
  }

  /// The labels with a row, in the order of their values.
  public var labels: [ScoredLabel] {
    Set(rows.map(\.label)).sorted { $0.value < $1.value }
  }

  /// The columns: all measures that any row includes.
  public var measures: [ScoreMeasure] {
    ScoreMeasure.allCases.filter { measure in rows.contains { measure.isTaken(from: $0.scores) } }
  }

  /// Returns mean, median and standard deviation of one measure of one label, over the subjects with a value, without
  /// a confidence interval.
  public func statistics(of label: ScoredLabel, _ measure: ScoreMeasure) -> ScoreStatistics {
    ScoreStatistics(values(of: label, measure))
  }

  /// Returns the statistics of all labels and measures, with confidence intervals of the mean.
  func summary() -> [ScoredLabel: [ScoreMeasure: ScoreStatistics]] {
    summary { ScoreStatistics(values(of: $0, $1), resampling: settings.resampling) }
  }

  /// Returns a value for each label and measure of the table.
  func summary<Value>(_ value: (ScoredLabel, ScoreMeasure) -> Value) -> [ScoredLabel: [ScoreMeasure: Value]] {
    let measures = measures
    return Dictionary(
      uniqueKeysWithValues: labels.map { label in
        (label, Dictionary(uniqueKeysWithValues: measures.map { ($0, value(label, $0)) }))
      })
  }

  /// Returns the agreement of the predicted with the reference volumes of one label.
  public func volumeAgreement(of label: ScoredLabel) -> VolumeAgreement {
    let scores = rows.filter { $0.label == label }.map(\.scores)
    return VolumeAgreement(
      predictions: scores.map(\.predictionVolume), references: scores.map(\.referenceVolume))
  }

  private func values(of label: ScoredLabel, _ measure: ScoreMeasure) -> [Double] {
    rows.filter { $0.label == label }.compactMap { measure.value(of: $0.scores) }
  }
}

/// Mean, median and standard deviation of a measure over subjects.
public struct ScoreStatistics: Hashable, Codable, Sendable {
  /// Number of subjects with a value.
  public var count: Int
  /// Mean and median; `nil` without a value.
  public var mean, median: Double?
  /// Sample standard deviation (n − 1); `nil` with fewer than two values.
  public var standardDeviation: Double?
  /// Bootstrap confidence interval of the mean; `nil` if no resampling was given, or with fewer than two values.
  public var interval: ConfidenceInterval?

  /// Computes the statistics of values.
  /// - Parameter resampling: settings of the confidence interval; `nil` for no interval.
  public init(_ values: [Double], resampling: Resampling? = nil) {
    count = values.count
    guard count > 0 else { return }
    let mean = values.reduce(0, +) / Double(count)
    self.mean = mean
    median = Resampling.quantile(0.5, of: values.sorted())
    guard count > 1 else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = (squares / Double(count - 1)).squareRoot()
    interval = resampling?.interval(ofMean: values)
  }
}
