import Files
import Foundation

/// The inputs from which the results in a folder were made, for commands that keep no completion records: one file for
/// each result in `.grisea/`. Inputs of the same name from different folders would replace each other's results without
/// them.
package struct ResultSources: Sendable {
  /// An input: its absolute path, and the hash of its content.
  private struct Source: Codable, Hashable {
    var path: String
    var hash: ContentHash?
  }

  private let folder, stage: String
  private let isForced: Bool

  /// Creates access to the records of a folder.
  /// - Parameters:
  ///   - folder: the folder of the results.
  ///   - stage: the name of the command.
  ///   - isForced: whether results of other inputs are replaced.
  package init(folder: String, stage: String, isForced: Bool) {
    self.folder = folder.joined(".grisea")
    self.stage = stage
    self.isForced = isForced
  }

  private func path(of result: String) -> String { folder.joined("\(result.lastComponent).\(stage).json") }

  private static func source(_ path: String) -> Source {
    Source(path: path.absolutePath, hash: try? ContentHash(ofFile: path))
  }

  /// Refuses a result that would replace one of other inputs.
  ///
  /// As in `CompletionRecords`, an input is another one only if both its path and its content differ. A result without a
  /// record is replaced.
  /// - Parameters:
  ///   - result: the path of the result.
  ///   - inputs: the paths of its inputs, in the same order in each run.
  /// - Throws: `ReplacedScanError`.
  package func check(_ result: String, inputs: [String]) throws(ReplacedScanError) {
    guard !isForced, FileManager.default.fileExists(atPath: result),
      let data = FileManager.default.contents(atPath: path(of: result)),
      let known = try? JSONDecoder().decode([Source].self, from: data)
    else { return }
    for (input, before) in zip(inputs, known) where input.absolutePath != before.path {
      guard let hash = Self.source(input).hash, hash != before.hash else { continue }
      throw ReplacedScanError(scan: input, owner: before.path, folder: result.parentFolder)
    }
  }

  /// Records the inputs of a result that was written.
  /// - Throws: `WriteError`, and what the encoder throws.
  package func keep(_ result: String, inputs: [String]) throws {
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(JSONText.compact(inputs.map(Self.source)), to: path(of: result))
  }
}
