import Files
import Foundation

/// The row of a stage that adds none to a table of results.
package struct NoRow: Codable, Hashable, Sendable {}

/// How a subject's results came to be: what the next batch compares with what it finds.
package struct SubjectRecord<Row: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// Raised when the meaning of a member changes.
  package static var currentFormat: Int { 2 }

  package var format = Self.currentFormat
  package var subject: String
  /// The scan's file, by its absolute path; records of earlier versions have none.
  package var scan: String?
  package var recipe: RecipeIdentity
  /// As found right before they were read: all files of the scan, and what else was read for it; by their names
  /// without folders.
  package var inputs: [FileRecord]
  /// As found right after they were written, by their names without folders.
  package var outputs: [FileRecord]
  /// Of a segmentation.
  package var volumes: Row?
}
