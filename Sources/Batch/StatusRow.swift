import Files
import Foundation

/// What became of one subject at one stage.
public struct StatusRow: Hashable, Sendable {
  public enum State: String, Sendable {
    case done, skipped, failed
  }

  public var subject: String
  public var stage: String
  public var state: State
  /// In words: why it was done, why there was nothing to do, or why it failed; and after a semicolon why the results are
  /// not to be trusted without a look.
  public var reason: String
  /// Of reading, work and writing, without waiting; `nil` where there was none.
  public var seconds: Double?
  /// Megabytes (10⁶ bytes) that the process had held at most by then.
  public var peakMegabytes: Int?
  /// Of the program.
  public var version: String

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

  /// A reason to run or to skip, with what is doubtful about the results, if anything is.
  static func reason(_ reason: String, doubt: String?) -> String {
    doubt.map { "\(reason); \($0)" } ?? reason
  }

  /// Whether the results are there and are not to be trusted without a look.
  var isDoubtful: Bool { state != .failed && reason.contains("; low quality ") }

  /// Of the file, in their order.
  public static let columns = ["subject", "stage", "state", "reason", "seconds", "peak_mb", "version"]

  /// The row as a line of the file. What would end a cell or the line becomes a blank.
  var line: String {
    let cells = [
      subject, stage, state.rawValue, reason, seconds.map { String(format: "%.2f", $0) } ?? "n/a",
      peakMegabytes.map(String.init) ?? "n/a", version,
    ]
    return cells.map { String($0.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }.joined(separator: "\t")
      + "\n"
  }

  /// `nil` where the line is no row of this table.
  init?(line: some StringProtocol) {
    let cells = String(line).split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard cells.count == Self.columns.count, let state = State(rawValue: cells[2]) else { return nil }
    self.init(
      subject: cells[0], stage: cells[1], state: state, reason: cells[3], seconds: Double(cells[4]),
      peakMegabytes: Int(cells[5]), version: cells[6])
  }
}
