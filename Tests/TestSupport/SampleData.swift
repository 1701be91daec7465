import Foundation

/// Files that lie in the repository.
package enum SampleData {
  package static let colin27 = path("sub-colin27/anat/sub-colin27_T1w.nii.gz")

  /// Returns the path of a file below `sample-data`.
  package static func path(_ name: String) -> String { repository("sample-data/" + name) }

  /// Returns the path of a file by its path relative to the root of the repository.
  package static func repository(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../" + name).standardized.path
  }
}
