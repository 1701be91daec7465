import Files
import Foundation

/// What a run did, written beside its outputs as JSON: the account for a reader, and the memory by which the
/// next run knows what need not run again.
public struct ProvenanceRecord: Codable, Sendable, Hashable {
  /// One stage, begun or done.
  public struct Stage: Codable, Sendable, Hashable {
    /// Line in the pipeline file.
    public var line: Int
    /// The command as it could be typed again.
    public var command: String
    /// The words after `grisea`.
    public var arguments: [String]
    public var program: ProgramIdentity
    public var machine: Machine
    public var started: Date
    /// Nil while the stage runs; so it stays where the run was killed.
    public var ended: Date?
    public var seconds: Double?
    /// As the shell counts: 128 and the signal's number where a signal ended the stage.
    public var exitStatus: Int32?
    /// As found right before the stage ran.
    public var inputs: [FileRecord]
    /// As found right after the stage ended well.
    public var outputs: [FileRecord]
    /// Files that the stage added to; others may add to them later, hence no hash.
    public var updates: [String]

    /// Whether the stage ran to its end without error.
    public var isDone: Bool { exitStatus == 0 }
  }

  /// Raised when the meaning of a member changes.
  public static let currentFormat = 1

  public var format = currentFormat
  /// The pipeline file as typed.
  public var pipeline: String
  public var pipelineHash: ContentHash
  /// The values of the variables that the file uses.
  public var variables: [String: String]
  /// The stages of the latest run, in order.
  public var stages: [Stage]
  /// Stages of earlier runs (of other variables, say) whose outputs the latest run did not write.
  public var earlier: [Stage]

  public init(pipeline: Pipeline) {
    self.pipeline = pipeline.path
    self.pipelineHash = pipeline.hash
    self.variables = pipeline.usedNames.reduce(into: [:]) { $0[$1] = pipeline.variables[$1] }
    self.stages = []
    self.earlier = []
  }

  /// Reads a record; nil where there is no such file. Throws what the file system or the decoder throws, or
  /// `UnknownFormat`.
  public static func read(_ path: String) throws -> ProvenanceRecord? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let record = try decoder.decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    guard record.format == currentFormat else { throw UnknownFormat(format: record.format) }
    return record
  }

  /// Replaces the file in one step, so that a reader finds the old record or the new one.
  public func write(_ path: String) throws(PipelineError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    do {
      try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .notRecorded(path: path, reason: error.systemReason)
    }
  }
}

/// A record written by a program with another idea of what a record is.
public struct UnknownFormat: Error, CustomStringConvertible {
  public let format: Int

  public var description: String {
    "its format is \(format), this program knows \(ProvenanceRecord.currentFormat)"
  }
}
