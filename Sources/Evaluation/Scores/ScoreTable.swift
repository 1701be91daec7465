import Foundation
import Imaging

/// Scores of many subjects, and their mean and standard deviation.
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

  /// Keeps the tissues that any subject's prediction or reference holds: a tissue that nobody labelled would
  /// otherwise score a perfect, empty 1.
  public init(rows: [Row]) {
    let present = Set(
      rows.filter { $0.scores.predictionVolume + $0.scores.referenceVolume > 0 }.map(\.tissue))
    self.rows = present.isEmpty ? rows : rows.filter { present.contains($0.tissue) }
  }

  /// Subjects in the order of their rows.
  public var subjects: [String] {
    rows.reduce(into: []) { if $0.last != $1.subject { $0.append($1.subject) } }
  }

  /// Tissues with a row, in the order of their labels.
  public var tissues: [Tissue] {
    Set(rows.map(\.tissue)).sorted { $0.rawValue < $1.rawValue }
  }

  /// Mean and spread of one measure of one tissue over the subjects that have a value.
  public func statistics(of tissue: Tissue, _ measure: ScoreMeasure) -> ScoreStatistics {
    ScoreStatistics(rows.filter { $0.tissue == tissue }.compactMap { measure.value(of: $0.scores) })
  }
}
