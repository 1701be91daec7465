import Files
import Foundation

/// A row of `status.tsv`: how one subject ended at one stage.
public struct StatusRow: Hashable, Sendable {
  /// How a subject ended.
  public enum State: String, Sendable {
    case done, skipped, failed
  }

  /// The subject's name.
  public var subject: String
  /// The stage's name, such as `segment`.
  public var stage: String
  /// How the subject ended.
  public var state: State
  /// Why it was done, skipped or failed; behind a semicolon, why the results need a visual check.
  public var reason: String
  /// Seconds of reading, work and writing, without waiting; `nil` where there was no work.
  public var seconds: Double?
  /// Megabytes (10⁶ bytes) that the process had held at most by then; `nil` where the system does not report it.
  public var peakMegabytes: Int?
  /// The version of the program.
  public var version: String

  /// Creates a row.
  public init(
    subject: String, stage: String, state: State, reason: String, seconds: Double? = nil,
    peakMegabytes: Int? = nil, version: String
  ) {
    self.subject = subject
    self.stage = stage
    self.state = state
    self.reason = reason
    self.seconds = seconds
    self.peakMegabytes = peakMegabytes
    self.version = version
  }

  /// Returns a reason to run or to skip, with the warning about the results behind it, if there is one.
  static func reason(_ reason: String, warning: String?) -> String {
    warning.map { "\(reason); \($0)" } ?? reason
  }

  /// Whether the results exist and need a visual check.
  var isFlagged: Bool { state != .failed && reason.contains("; low quality ") }

  /// The columns of the file, in their order.
  public static let columns = ["subject", "stage", "state", "reason", "seconds", "peak_mb", "version"]

  /// The row as a line of the file. Tabs and line breaks within a cell become blanks.
  var line: String {
    let cells = [
      subject, stage, state.rawValue, reason, seconds.map { String(format: "%.2f", $0) } ?? "n/a",
      peakMegabytes.map(String.init) ?? "n/a", version,
    ]
    return cells.map { String($0.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }.joined(separator: "\t")
      + "\n"
  }

  /// Reads a line of the file. Returns `nil` where the line is not a row of this table.
  init?(line: some StringProtocol) {
    let cells = String(line).split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard cells.count == Self.columns.count, let state = State(rawValue: cells[2]) else { return nil }
    self.init(
      subject: cells[0], stage: cells[1], state: state, reason: cells[3], seconds: Double(cells[4]),
      peakMegabytes: Int(cells[5]), version: cells[6])
  }
}
