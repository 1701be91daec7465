import Foundation
import Imaging

/// Scores of many subjects, and their statistics.
public struct ScoreTable: Codable, Hashable, Sendable {
  /// Scores of one tissue of one subject.
  public struct Row: Codable, Hashable, Sendable {
    public var subject: String
    public var tissue: Tissue
    public var scores: SegmentationScores

    public init(subject: String, tissue: Tissue, scores: SegmentationScores) {
      self.subject = subject
      self.tissue = tissue
      self.scores = scores
    }
  }

  /// Grouped by subject, tissues in the order of their labels.
  public private(set) var rows: [Row]
  public var settings: ScoreSettings

  /// Keeps the tissues that any subject's prediction or reference holds: a tissue that nobody labelled would
  /// otherwise score a perfect, empty 1.
  public init(rows: [Row], settings: ScoreSettings = ScoreSettings()) {
    let present = Set(
      rows.filter { $0.scores.predictionVolume + $0.scores.referenceVolume > 0 }.map(\.tissue))
    self.rows = present.isEmpty ? rows : rows.filter { present.contains($0.tissue) }
    self.settings = settings
  }

  /// Subjects in the order of their rows.
  public var subjects: [String] {
    rows.reduce(into: []) { if $0.last != $1.subject { $0.append($1.subject) } }
  }

  /// Tissues with a row, in the order of their labels.
  public var tissues: [Tissue] {
    Set(rows.map(\.tissue)).sorted { $0.rawValue < $1.rawValue }
  }

  /// The columns: measures that were taken of any row.
  public var measures: [ScoreMeasure] {
    ScoreMeasure.allCases.filter { measure in rows.contains { measure.isTaken(from: $0.scores) } }
  }

  /// Mean, median and spread of one measure of one tissue over the subjects that have a value, without an interval.
  public func statistics(of tissue: Tissue, _ measure: ScoreMeasure) -> ScoreStatistics {
    ScoreStatistics(values(of: tissue, measure))
  }

  /// The statistics of all tissues and measures, with intervals of the mean.
  func summary() -> [Tissue: [ScoreMeasure: ScoreStatistics]] {
    summary { ScoreStatistics(values(of: $0, $1), resampling: settings.resampling) }
  }

  func summary<Value>(_ value: (Tissue, ScoreMeasure) -> Value) -> [Tissue: [ScoreMeasure: Value]] {
    let measures = measures
    return Dictionary(
      uniqueKeysWithValues: tissues.map { tissue in
        (tissue, Dictionary(uniqueKeysWithValues: measures.map { ($0, value(tissue, $0)) }))
      })
  }

  /// Agreement of the volumes of one tissue.
  public func volumeAgreement(of tissue: Tissue) -> VolumeAgreement {
    let scores = rows.filter { $0.tissue == tissue }.map(\.scores)
    return VolumeAgreement(
      predictions: scores.map(\.predictionVolume), references: scores.map(\.referenceVolume))
  }

  private func values(of tissue: Tissue, _ measure: ScoreMeasure) -> [Double] {
    rows.filter { $0.tissue == tissue }.compactMap { measure.value(of: $0.scores) }
  }
}
