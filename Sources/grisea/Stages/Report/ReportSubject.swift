import Evaluation
import Foundation
import Imaging
import Segmentation

/// A scan whose results lie in a folder, with all that a report says about it.
struct ReportSubject: Sendable {
  /// As tables call it: `sub-01_ses-2`.
  let name: String
  /// The file of labels, `…_dseg.nii.gz`.
  let labels: String
  /// `nil` where nobody said where it is.
  let scan: String?
  /// `nil` where no table has a row of it.
  let volumes: VolumeTable.Row?
  /// Against a reference, where there is one.
  var scores: [ScoreTable.Row] = []

  /// What pairs it with references.
  var subject: Subject { ScanName(path: labels).subject }

  var score: Double? { volumes?.number("quality") }
  var doubts: [String] { volumes?.cell("doubts")?.split(separator: ";").map { $0.trimmed } ?? [] }
  var isDoubtful: Bool { score.map { $0 < SegmentationQuality.threshold } ?? false }

  /// All images of it, the labels first.
  var files: [String] {
    let start = String(labels.dropLast("dseg.nii.gz".count))
    let kinds = ["label-GM_mask", "desc-brain_mask"] + ["GM", "WM", "CSF"].map { "label-\($0)_probseg" }
    return [labels]
      + (kinds + ["desc-entropy_probseg"]).map { "\(start)\($0).nii.gz" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  func value(of measure: ScoreMeasure, _ tissue: Tissue) -> Double? {
    scores.first { $0.tissue == tissue }.flatMap { measure.value(of: $0.scores) }
  }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
