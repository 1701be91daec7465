import Batch
import Files
import Foundation
import Imaging

/// All that decides the bytes of a preprocessed scan, beside the scan and its mask.
struct PreprocessingRecipe: Sendable {
  let preprocessing: Preprocessing
  let program: ProgramIdentity
  /// What the reference's histogram was learned from, as it was found right before.
  let references: [FileRecord]

  /// - Parameters:
  ///   - references: the files that `preprocessing` reads.
  ///   - preprocessing: is called once.
  /// - Throws: what `preprocessing` throws, and `UnreadableFile`.
  init(
    program: ProgramIdentity, references: [String], _ preprocessing: () throws -> Preprocessing
  ) throws {
    var hashes = FileHashes()
    let records = Result { try hashes.records(references) }
    // The reader's words for what is wrong with a file are better than the hash's.
    self.preprocessing = try preprocessing()
    self.references = try records.get()
    self.program = program
  }

  /// The reference's histogram is none of the arguments: the file that it comes from stands among the inputs, by name.
  func identity() throws -> RecipeIdentity {
    var own = preprocessing
    own.matching = nil
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return RecipeIdentity(
      program: program, arguments: [String(decoding: try encoder.encode(own), as: UTF8.self)])
  }
}
