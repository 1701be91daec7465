import Files
import Foundation

/// What is told while a run goes on.
public enum RunEvent: Sendable, Hashable {
  /// The record beside the outputs cannot be read; everything runs again.
  case unreadableRecord(path: String, reason: String)
  case starts(stage: Pipeline.Stage, number: Int, of: Int, reason: RunReason)
  case skips(stage: Pipeline.Stage, number: Int, of: Int)
  /// The stage ended well, but left no such file.
  case outputNotWritten(stage: Pipeline.Stage, output: String)
}

extension RunEvent: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadableRecord(let path, let reason):
      "\(path): is not a readable provenance record, so all stages run again: \(reason)"
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
  public enum Outcome: Sendable, Hashable {
    case done
    case skipped
    /// With the exit status, as the shell counts it.
    case failed(Int32)
    /// An earlier stage failed, or a signal stopped the run.
    case notReached
  }

  public struct Row: Sendable, Hashable {
    public let stage: Pipeline.Stage
    public let outcome: Outcome
    public let seconds: Double
    /// Bytes that the stage held at most; 0 where it did not run.
    public let peakByteCount: Int

    public init(stage: Pipeline.Stage, outcome: Outcome, seconds: Double, peakByteCount: Int = 0) {
      self.stage = stage
      self.outcome = outcome
      self.seconds = seconds
      self.peakByteCount = peakByteCount
    }
  }

  public internal(set) var rows: [Row] = []

  /// The signal that asked the run to stop, 0 for none.
  public internal(set) var signal: Int32 = 0

  public init(rows: [Row] = []) { self.rows = rows }

  /// What `sh -e` would exit with: the failed stage's exit status, or that of the signal that stopped the run.
  public var exitStatus: Int32 {
    for row in rows { if case .failed(let status) = row.outcome { return status } }
    return signal == 0 ? 0 : 128 + signal
  }
}

extension RunSummary.Outcome: CustomStringConvertible {
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
