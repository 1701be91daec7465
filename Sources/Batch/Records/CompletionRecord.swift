import Files

/// How a subject's results were made: what the next batch compares with what it finds.
package struct CompletionRecord<Row: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// The version of the format; raised when the meaning of a member changes.
  package static var currentFormat: Int { 2 }

  /// The version of the format in which this record was written.
  package var format = Self.currentFormat
  /// The subject's name in tables.
  package var subject: String
  /// The scan's absolute path; records of earlier versions have none.
  package var scan: String?
  /// What else decides the results.
  package var recipe: RecipeIdentity
  /// The files of the scan and what else was read for it, as found right before they were read, by their names without
  /// folders.
  package var inputs: [FileRecord]
  /// The results, as found right after they were written, by their names without folders.
  package var outputs: [FileRecord]
  /// The row that the stage adds to a table of results; `nil` where it adds none.
  package var volumes: Row?
}

/// The row of a stage that adds none to a table of results.
package struct NoRow: Codable, Hashable, Sendable {}

/// What decides results beside the files that are read for them.
package struct RecipeIdentity: Codable, Hashable, Sendable {
  /// The program, by version and by its bytes. Another build of one version counts as another program: results that are
  /// out of date are worse than some that are made twice.
  package var program: ProgramIdentity
  /// The arguments that decide a result's bytes, in a fixed order.
  package var arguments: [String]
  /// The hash of the model file, where there is one.
  package var model: ContentHash?

  /// Creates an identity.
  package init(program: ProgramIdentity, arguments: [String], model: ContentHash? = nil) {
    self.program = program
    self.arguments = arguments
    self.model = model
  }

  /// Returns why results of an earlier recipe must be made again; `nil` where the recipes are equal.
  package func change(since old: RecipeIdentity) -> RunReason? {
    if old.program != program {
      return .programChanged(from: old.program.version, to: program.version)
    }
    if old.model != model { return .modelChanged }
    return old.arguments == arguments ? nil : .argumentsChanged
  }
}

/// A scan whose results would replace those of another scan with the same name.
public struct ReplacedScanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the scan, as typed.
  public let scan: String
  /// The absolute path of the scan whose results exist.
  public let owner: String
  /// The folder of the results.
  public let folder: String

  /// The sentence for the user.
  public var description: String {
    "\(scan): its results would replace those of \(owner) in \(folder.isEmpty ? "." : folder), which has the same name; "
      + "choose another --output, or replace them with --force"
  }
}
