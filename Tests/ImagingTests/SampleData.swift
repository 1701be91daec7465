import Foundation

/// Scans that come with the sources.
enum SampleData {
  static let colin27 = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../sample-data/sub-colin27/anat/sub-colin27_T1w.nii.gz").standardized.path
}
