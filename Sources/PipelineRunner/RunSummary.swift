import Files
import Foundation

/// What is reported during a run.
public enum RunEvent: Sendable, Hashable {
  /// The provenance record cannot be read, so all stages run again.
  case unreadableRecord(path: String, reason: String)
  /// A stage begins, for this reason.
  case starts(stage: Pipeline.Stage, number: Int, of: Int, reason: RunReason)
  /// A stage is up to date.
  case skips(stage: Pipeline.Stage, number: Int, of: Int)
  /// The stage ended without error, but did not write this file.
  case outputNotWritten(stage: Pipeline.Stage, output: String)
}

extension RunEvent: CustomStringConvertible {
  /// The text for the user.
  public var description: String {
    switch self {
    case .unreadableRecord(let path, let reason):
      "\(path): this provenance record cannot be read, so all stages run again: \(reason)"
    case .starts(let stage, let number, let count, let reason):
      "[\(number)/\(count)] \(stage.commandLine)  (\(reason))"
    case .skips(let stage, let number, let count):
      "[\(number)/\(count)] \(stage.commandLine)  (unchanged, not run again)"
    case .outputNotWritten(let stage, let output):
      "line \(stage.line): ended without error, but did not write \(output)"
    }
  }
}

/// How a run ended, stage by stage.
public struct RunSummary: Sendable, Hashable {
  /// How a stage ended.
  public enum Outcome: Sendable, Hashable {
    /// It ran without error.
    case done
    /// It was up to date.
    case skipped
    /// It failed with this exit status, as the shell counts it.
    case failed(Int32)
    /// An earlier stage failed, or a signal stopped the run.
    case notReached
  }

  /// A stage and how it ended.
  public struct Row: Sendable, Hashable {
    /// The stage.
    public let stage: Pipeline.Stage
    /// How it ended.
    public let outcome: Outcome
    /// How long it took, in seconds.
    public let seconds: Double
    /// Bytes that the stage held at most; 0 where it did not run.
    public let peakByteCount: Int

    /// Creates a row.
    public init(stage: Pipeline.Stage, outcome: Outcome, seconds: Double, peakByteCount: Int = 0) {
      self.stage = stage
      self.outcome = outcome
      self.seconds = seconds
      self.peakByteCount = peakByteCount
    }
  }

  /// The stages, in the order of the file.
  public internal(set) var rows: [Row] = []

  /// The signal that asked the run to stop, 0 for none.
  public internal(set) var signal: Int32 = 0

  /// Creates a summary.
  public init(rows: [Row] = []) { self.rows = rows }

  /// The exit status of `sh -e`: that of the failed stage, or of the signal that stopped the run.
  public var exitStatus: Int32 {
    for row in rows { if case .failed(let status) = row.outcome { return status } }
    return signal == 0 ? 0 : 128 + signal
  }
}

extension RunSummary.Outcome: CustomStringConvertible {
  /// The text for the user.
  public var description: String {
    switch self {
    case .done: "done"
    case .skipped: "skipped"
    case .failed(let status) where status > 128: "failed (signal \(status - 128))"
    case .failed(let status): "failed (exit \(status))"
    case .notReached: "not reached"
    }
  }
}

/// A table with one line per stage: how it ended, its seconds, and its command.
extension RunSummary: CustomStringConvertible {
  /// The text for the user.
  public var description: String {
    let outcomes = ["stage"] + rows.map(\.outcome.description)
    let seconds = ["seconds"] + rows.map { $0.seconds == 0 ? "-" : String(format: "%.1f", $0.seconds) }
    let commands = ["command"] + rows.map(\.stage.commandLine)
    let widths = [outcomes, seconds].map { $0.map(\.count).max() ?? 0 }
    return commands.indices.map { row in
      let outcome = outcomes[row].padding(toLength: widths[0], withPad: " ", startingAt: 0)
      let time = String(repeating: " ", count: widths[1] - seconds[row].count) + seconds[row]
      return "\(outcome)  \(time)  \(commands[row])"
    }.joined(separator: "\n")
  }
}
