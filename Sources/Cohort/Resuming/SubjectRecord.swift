import Foundation
import Provenance
import Segmentation

/// How a subject's results came to be: what the next batch compares with what it finds.
struct SubjectRecord: Codable, Hashable, Sendable {
  /// Raised when the meaning of a member changes.
  static let currentFormat = 2

  var format = currentFormat
  var subject: String
  /// The scan's file, by its absolute path; records of earlier versions have none.
  var scan: String?
  var recipe: RecipeIdentity
  /// As found right before they were read: all files of the scan, and what else was read for it; by their names
  /// without folders.
  var inputs: [FileRecord]
  /// As found right after they were written, by their names without folders.
  var outputs: [FileRecord]
  /// Of a segmentation.
  var volumes: VolumeTable.Row?
}
