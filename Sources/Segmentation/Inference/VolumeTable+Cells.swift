import Foundation
import Imaging

extension VolumeTable.Row {
  /// The cell of a column; `nil` where the table has no such column, or the cell is `n/a`.
  public func cell(_ column: String) -> String? {
    guard let index = VolumeTable.columns.dropFirst().firstIndex(of: column) else { return nil }
    let cell = cells[index - 1]
    return cell == "n/a" ? nil : cell
  }

  /// The number that a column holds; `nil` where it is none, or not finite.
  public func number(_ column: String) -> Double? { cell(column).flatMap { Double($0) }.finite }

  /// That the quality is below the threshold, with its score and the strongest reason; `nil` where it is not.
  public var lowQuality: String? {
    guard let score = number("quality"), score < SegmentationQuality.threshold else { return nil }
    let reason = cell("doubts")?.components(separatedBy: "; ").first
    return String(format: "low quality %.2f", score) + (reason.map { ": " + $0 } ?? "")
  }

  /// What quality's score was taken from.
  public var quality: SegmentationQuality {
    let values = QualityMeasure.allCases.compactMap { measure in
      number(measure.rawValue).map { (measure, $0) }
    }
    return SegmentationQuality(values: Dictionary(uniqueKeysWithValues: values))
  }
}
