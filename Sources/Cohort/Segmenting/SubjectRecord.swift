import Foundation
import Provenance
import Segmentation

/// How a subject's results came to be: what the next batch compares with what it finds.
struct SubjectRecord: Codable, Hashable, Sendable {
  /// Raised when the meaning of a member changes.
  static let currentFormat = 1

  var format = currentFormat
  var subject: String
  var program: ProgramIdentity
  /// What decides the results' bytes beside model and scan.
  var arguments: [String]
  var model: ContentHash
  /// The scan as it was found right before it was read: all its files, by their names without folders.
  var inputs: [FileRecord]
  /// As found right after they were written, by their names without folders.
  var outputs: [FileRecord]
  var volumes: VolumeTable.Row
}
