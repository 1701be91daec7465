import Files
import Foundation

/// The record of a run, written beside its outputs as JSON: documentation for a reader, and the basis on which the next
/// run skips stages.
public struct ProvenanceRecord: Codable, Sendable, Hashable {
  /// A stage that has begun.
  public struct Stage: Codable, Sendable, Hashable {
    /// The line in the pipeline file.
    public var line: Int
    /// The command as it could be typed again.
    public var command: String
    /// The words after `grisea`.
    public var arguments: [String]
    /// The program that ran it.
    public var program: ProgramIdentity
    /// The machine on which it ran.
    public var machine: Machine
    /// When it began.
    public var started: Date
    /// When it ended; `nil` while it runs, and where the run was killed.
    public var ended: Date?
    /// How long it took, in seconds.
    public var seconds: Double?
    /// The exit status as the shell counts it: 128 plus the signal's number where a signal ended the stage.
    public var exitStatus: Int32?
    /// The inputs, as found right before the stage ran.
    public var inputs: [FileRecord]
    /// The outputs, as found right after the stage ended without error.
    public var outputs: [FileRecord]
    /// Files to which the stage added. Other stages may add to them later, so they have no hash.
    public var updates: [String]

    /// Whether the stage ran to its end without error.
    public var isDone: Bool { exitStatus == 0 }
  }

  /// The version of the format; raised when the meaning of a member changes.
  public static let currentFormat = 1

  /// The version of the format in which this record was written.
  public var format = currentFormat
  /// The path of the pipeline file, as typed.
  public var pipeline: String
  /// The hash of the pipeline file.
  public var pipelineHash: ContentHash
  /// The values of the variables that the file uses.
  public var variables: [String: String]
  /// The stages of the latest run, in order.
  public var stages: [Stage]
  /// Stages of earlier runs, for example with other variables, whose outputs the latest run did not write.
  public var earlier: [Stage]

  /// Creates the record of a run that begins.
  public init(pipeline: Pipeline) {
    self.pipeline = pipeline.path
    self.pipelineHash = pipeline.hash
    self.variables = pipeline.usedNames.reduce(into: [:]) { $0[$1] = pipeline.variables[$1] }
    self.stages = []
    self.earlier = []
  }

  /// Reads a record; `nil` where there is no such file.
  /// - Throws: what the file system or the decoder throws, `UnknownFormat`.
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
      try AtomicFile.write(encoder.encode(self), to: path)
    } catch {
      throw .notRecorded(path: path, reason: (error as? WriteError)?.reason ?? error.systemReason)
    }
  }
}

/// A record in the format of another version.
public struct UnknownFormat: Error, CustomStringConvertible {
  /// The version of its format.
  public let format: Int

  /// The text for the user.
  public var description: String {
    "found format \(format), needed \(ProvenanceRecord.currentFormat)"
  }
}
