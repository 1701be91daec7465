import Files
import Foundation

/// `status.tsv`: one row for each subject and stage, whole and complete at any moment.
///
/// A batch begins by writing the table anew, without the rows of what it will do again and with those of what it need
/// not do. From then on each subject's end is one line at the file's end, by one system call: some microseconds
/// however long the table is, where writing ten thousand rows anew after each of ten thousand subjects would be 10 GB.
/// A line cut short by a crash of the machine is passed over when the table is read.
public struct StatusTable: Sendable {
  public let path: String
  private let lock: FolderLock
  private let isShard: Bool

  /// The table of a folder, or of one part of a divided batch, which is not done in one go perhaps: what has been done
  /// stays done in its table when a later attempt finds it unchanged.
  public init(folder: String, shard: Shard? = nil) {
    path = shard?.status(in: folder) ?? folder.joined("status.tsv")
    lock = FolderLock(folder: folder, shard: shard)
    isShard = shard != nil
  }

  /// The rows, in the order in which they came; none where there is no file.
  /// - Throws: `StatusTableError` where the file is there but is no such table.
  public func rows() throws(StatusTableError) -> [StatusRow] { try Self.rows(ofFile: path) }

  /// The rows of the table in this file.
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

  /// Begins a batch: other subjects and stages keep their rows, what is skipped has one at once.
  package func begin(_ tasks: [BatchTask], stage: String, version: String) throws(StatusTableError) {
    let names = Set(tasks.map(\.subject.name))
    let skipped = tasks.compactMap { task -> StatusRow? in
      guard case .skips(let reason, _) = task.plan else { return nil }
      return StatusRow(
        subject: task.subject.name, stage: stage, state: .skipped,
        reason: StatusRow.reason(reason, doubt: task.doubt), version: version)
    }
    try lock.withLock { () throws(StatusTableError) in
      let old = try rows()
      let standing = isShard ? old.filter { $0.stage == stage && $0.state == .done } : []
      let done = Dictionary(standing.map { ($0.subject, $0) }) { $1 }
      let others = old.filter { $0.stage != stage || !names.contains($0.subject) }
      try replace(with: others + skipped.map { done[$0.subject] ?? $0 })
    }
  }

  /// Adds rows, or replaces those of their subjects and stages, in one step.
  func join(_ new: [StatusRow]) throws(StatusTableError) {
    let latest = Dictionary(new.map { ([$0.subject, $0.stage], $0) }) { $1 }
    var unwritten = latest
    let rows = new.compactMap { unwritten.removeValue(forKey: [$0.subject, $0.stage]) }
    try lock.withLock { () throws(StatusTableError) in
      try replace(with: try self.rows().filter { latest[[$0.subject, $0.stage]] == nil } + rows)
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

  /// Adds a row at the end, whole or not at all.
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
