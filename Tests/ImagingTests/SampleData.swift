import Foundation

/// Scans that come with the sources.
enum SampleData {
  static let colin27 = path("sub-colin27/anat/sub-colin27_T1w.nii.gz")

  /// Of a file below `sample-data`.
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../sample-data/" + name).standardized.path
  }
}
