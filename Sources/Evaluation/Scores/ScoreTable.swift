import Foundation
import Imaging
import Statistics

/// Scores of many subjects, and their statistics.
public struct ScoreTable: Codable, Hashable, Sendable {
  /// The scores of one tissue of one subject.
  public struct Row: Codable, Hashable, Sendable {
    /// The subject's name.
    public var subject: String
    /// The tissue.
    public var tissue: Tissue
    /// The scores.
    public var scores: SegmentationScores

    /// Creates a row.
    public init(subject: String, tissue: Tissue, scores: SegmentationScores) {
      self.subject = subject
      self.tissue = tissue
      self.scores = scores
    }
  }

  /// The rows, grouped by subject, with tissues in the order of their labels.
  public private(set) var rows: [Row]
  /// The settings of scores and statistics.
  public var settings: ScoreSettings

  /// Creates a table and removes tissues that no prediction and no reference has, which would otherwise have a Dice of
  /// 1 as empty masks.
  public init(rows: [Row], settings: ScoreSettings = ScoreSettings()) {
    let present = Set(
      rows.filter { $0.scores.predictionVolume + $0.scores.referenceVolume > 0 }.map(\.tissue))
    self.rows = present.isEmpty ? rows : rows.filter { present.contains($0.tissue) }
    self.settings = settings
  }

  /// The subjects, in the order of their rows.
  public var subjects: [String] {
    rows.reduce(into: []) { if $0.last != $1.subject { $0.append($1.subject) } }
  }

  /// The tissues with a row, in the order of their labels.
  public var tissues: [Tissue] {
    Set(rows.map(\.tissue)).sorted { $0.rawValue < $1.rawValue }
  }

  /// The columns: all measures that any row includes.
  public var measures: [ScoreMeasure] {
    ScoreMeasure.allCases.filter { measure in rows.contains { measure.isTaken(from: $0.scores) } }
  }

  /// Returns mean, median and standard deviation of one measure of one tissue, over the subjects with a value, without
  /// a confidence interval.
  public func statistics(of tissue: Tissue, _ measure: ScoreMeasure) -> ScoreStatistics {
    ScoreStatistics(values(of: tissue, measure))
  }

  /// Returns the statistics of all tissues and measures, with confidence intervals of the mean.
  func summary() -> [Tissue: [ScoreMeasure: ScoreStatistics]] {
    summary { ScoreStatistics(values(of: $0, $1), resampling: settings.resampling) }
  }

  /// Returns a value for each tissue and measure of the table.
  func summary<Value>(_ value: (Tissue, ScoreMeasure) -> Value) -> [Tissue: [ScoreMeasure: Value]] {
    let measures = measures
    return Dictionary(
      uniqueKeysWithValues: tissues.map { tissue in
        (tissue, Dictionary(uniqueKeysWithValues: measures.map { ($0, value(tissue, $0)) }))
      })
  }

  /// Returns the agreement of the predicted with the reference volumes of one tissue.
  public func volumeAgreement(of tissue: Tissue) -> VolumeAgreement {
    let scores = rows.filter { $0.tissue == tissue }.map(\.scores)
    return VolumeAgreement(
      predictions: scores.map(\.predictionVolume), references: scores.map(\.referenceVolume))
  }

  private func values(of tissue: Tissue, _ measure: ScoreMeasure) -> [Double] {
    rows.filter { $0.tissue == tissue }.compactMap { measure.value(of: $0.scores) }
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
