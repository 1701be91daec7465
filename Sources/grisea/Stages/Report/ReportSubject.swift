import Evaluation
import Foundation
import Imaging
import Segmentation

/// A scan with results in a folder, and everything that a report shows of it.
struct ReportSubject: Sendable {
  /// The name in tables, such as `sub-01_ses-2`.
  let name: String
  /// The file of labels, `…_dseg.nii.gz`.
  let labels: String
  /// The path of the scan; `nil` where it is not known.
  let scan: String?
  /// The row of volumes; `nil` where no table has one.
  let volumes: VolumeTable.Row?
  /// The scores against a reference, where there is one.
  var scores: [ScoreTable.Row] = []

  /// The subject, by which it is paired with references.
  var subject: Subject { ScanName(path: labels).subject }

  var score: Double? { volumes?.number("quality") }
  var doubts: [String] { volumes?.cell("doubts")?.split(separator: ";").map { $0.trimmed } ?? [] }
  var isDoubtful: Bool { score.map { $0 < SegmentationQuality.threshold } ?? false }

  /// All its images, the labels first.
  var files: [String] {
    let start = String(labels.dropLast("dseg.nii.gz".count))
    let kinds =
      ["label-GM_mask", "desc-brain_mask", "seg-parts_dseg"]
      + ["GM", "WM", "CSF"].map { "label-\($0)_probseg" }
    return [labels]
      + (kinds + ["desc-entropy_probseg"]).map { "\(start)\($0).nii.gz" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  func value(of measure: ScoreMeasure, _ label: ScoredLabel) -> Double? {
    scores.first { $0.label == label }.flatMap { measure.value(of: $0.scores) }
  }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
