import Files
import Foundation

/// `status.tsv`: one row for each subject and stage, complete at any moment.
///
/// A batch begins by rewriting the table without the rows of the subjects that it works on, and with those of the
/// subjects that it skips. From then on the end of each subject appends one line, by one system call. That takes
/// microseconds however long the table is; rewriting ten thousand rows after each of ten thousand subjects would write
/// 10 GB. A line that was cut short by a crash of the machine is ignored when the table is read.
public struct StatusTable: Sendable {
  /// The path of the table.
  public let path: String
  private let lock: FolderLock
  private let isShard: Bool

  /// Creates the table of a folder, or of one shard of a batch. A shard may take several attempts: a row that says
  /// `done` stays so when a later attempt finds the results unchanged.
  public init(folder: String, shard: Shard? = nil) {
    path = shard?.status(in: folder) ?? folder.joined("status.tsv")
    lock = FolderLock(folder: folder, shard: shard)
    isShard = shard != nil
  }

  /// Reads the rows, in the order in which they were added; none where there is no file.
  /// - Throws: `StatusTableError` where the file exists but is not such a table.
  public func rows() throws(StatusTableError) -> [StatusRow] { try Self.rows(ofFile: path) }

  /// Reads the rows of the table in this file.
  package static func rows(ofFile path: String) throws(StatusTableError) -> [StatusRow] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.systemReason)
    }
    let lines = text.split(separator: "\n")
    guard let header = lines.first, header.split(separator: "\t").map(String.init) == StatusRow.columns else {
      throw .notThisTable(path: path, found: lines.first.map(String.init) ?? "")
    }
    return lines.dropFirst().compactMap { StatusRow(line: $0) }
  }

  /// Begins a batch: other subjects and stages keep their rows, and skipped subjects get theirs at once.
  package func begin(_ subjects: [Batch.Subject], stage: String, version: String) throws(StatusTableError) {
    let names = Set(subjects.map(\.name))
    let skipped = subjects.compactMap { subject -> StatusRow? in
      guard case .skips(let reason) = subject.plan else { return nil }
      return StatusRow(
        subject: subject.name, stage: stage, state: .skipped,
        reason: StatusRow.reason(reason, warning: subject.warning), version: version)
    }
    try lock.withLock { () throws(StatusTableError) in
      let old = try rows()
      let skipped = Self.keepingCosts(of: old, in: skipped)
      let standing = isShard ? old.filter { $0.stage == stage && $0.state == .done } : []
      let done = Dictionary(standing.map { ($0.subject, $0) }) { $1 }
      let others = old.filter { $0.stage != stage || !names.contains($0.subject) }
      try replace(with: others + skipped.map { done[$0.subject] ?? $0 })
    }
  }

  /// Adds rows, or replaces those of the same subjects and stages, in one step.
  func join(_ new: [StatusRow]) throws(StatusTableError) {
    let latest = Dictionary(new.map { ([$0.subject, $0.stage], $0) }) { $1 }
    var unwritten = latest
    let rows = new.compactMap { unwritten.removeValue(forKey: [$0.subject, $0.stage]) }
    try lock.withLock { () throws(StatusTableError) in
      let old = try self.rows()
      let others = old.filter { latest[[$0.subject, $0.stage]] == nil }
      try replace(with: others + Self.keepingCosts(of: old, in: rows))
    }
  }

  /// Returns rows of which those of skipped subjects have the time and the memory of the work that made their results.
  private static func keepingCosts(of old: [StatusRow], in rows: [StatusRow]) -> [StatusRow] {
    let before = Dictionary(old.map { ([$0.subject, $0.stage], $0) }) { $1 }
    return rows.map { row in
      guard row.state == .skipped, row.seconds == nil, let earlier = before[[row.subject, row.stage]] else {
        return row
      }
      var row = row
      (row.seconds, row.peakMegabytes) = (earlier.seconds, earlier.peakMegabytes)
      return row
    }
  }

  private func replace(with rows: [StatusRow]) throws(StatusTableError) {
    let text = StatusRow.columns.joined(separator: "\t") + "\n" + rows.map(\.line).joined()
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([Array(text.utf8)], to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }

  /// Appends a row, whole or not at all.
  package func append(_ row: StatusRow) throws(StatusTableError) {
    try lock.withLock { () throws(StatusTableError) in
      let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
      guard file >= 0 else { throw unwritable(errno) }
      defer { close(file) }
      let end = lseek(file, 0, SEEK_END)
      let bytes = Array(row.line.utf8)
      let count = write(file, bytes, bytes.count)
      guard count < bytes.count else { return }
      let code = count < 0 ? errno : ENOSPC
      ftruncate(file, end)
      throw unwritable(code)
    }
  }

  private func unwritable(_ code: Int32) -> StatusTableError {
    .unwritable(path: path, reason: String(cString: strerror(code)).lowercased())
  }
}

/// Why a table of states cannot be read or written.
public enum StatusTableError: Error, Hashable, Sendable {
  /// The system refuses to read the file, for this reason.
  case unreadable(path: String, reason: String)
  /// The system refuses to write the file, for this reason.
  case unwritable(path: String, reason: String)
  /// The file is another table; `found` is its first line.
  case notThisTable(path: String, found: String)
}

extension StatusTableError: CustomStringConvertible {
  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .notThisTable(let path, let found):
      "\(path): needed a table with the columns \(StatusRow.columns.joined(separator: ", ")), "
        + "found \(found.split(separator: "\t").joined(separator: ", "))"
    }
  }
}

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
  /// Seconds of reading, work and writing, without waiting; of a skipped subject those of the work that made its results;
  /// `nil` where they are not known.
  public var seconds: Double?
  /// Megabytes (10⁶ bytes) that the process had held at most by then; of a skipped subject as above; `nil` where they are
  /// not known.
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
