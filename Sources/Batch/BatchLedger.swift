import Files
import Synchronization

/// What became of each subject: told, counted, and a row of the table, in that order of a subject's end.
final class BatchLedger: Sendable {
  private let batch: Batch
  private let report: @Sendable (BatchEvent) -> Void
  private let state = Mutex(BatchSummary())

  init(_ batch: Batch, report: @escaping @Sendable (BatchEvent) -> Void) {
    self.batch = batch
    self.report = report
  }

  var summary: BatchSummary { state.withLock { $0 } }

  func done(_ subject: BatchSubject, why: RunReason, _ products: BatchProducts, seconds: Double) {
    append(
      subject, .done, StatusRow.reason("\(why)", doubt: products.doubt), seconds,
      peak: products.peakByteCount)
    state.withLock {
      $0.done += 1
      if products.doubt != nil { $0.doubtful += 1 }
    }
    report(.done(subject, lines: products.lines, warnings: products.warnings))
    if let doubt = products.doubt { report(.doubted(subject, doubt)) }
  }

  /// The row has been written with those of all that is skipped.
  func skipped(_ task: BatchTask, reason: String, lines: [String]) {
    state.withLock {
      $0.skipped += 1
      if task.doubt != nil { $0.doubtful += 1 }
    }
    report(.skipped(task.subject, reason: reason, lines: lines))
  }

  func failed(_ subject: BatchSubject, _ error: any Error) {
    let line = Self.line(error, subject.scan)
    append(subject, .failed, String(line.dropFirst(subject.scan.count + 2)), nil)
    state.withLock { $0.failures.append(.init(subject: subject, line: line)) }
    report(.failed(subject, line: line))
  }

  /// `file: reason` on one line; a reason that names its file, as `NIfTIError` does, is left as it is.
  private static func line(_ error: any Error, _ scan: String) -> String {
    let (name, reason) = (oneLine(scan), oneLine("\(error)"))
    return reason.hasPrefix(name + ": ") ? reason : "\(name): \(reason)"
  }

  private static func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

  private func append(
    _ subject: BatchSubject, _ state: StatusRow.State, _ reason: String, _ seconds: Double?, peak: Int? = nil
  ) {
    let peak = peak ?? ProcessMemory.peakByteCount
    let row = StatusRow(
      subject: subject.name, stage: batch.stage, state: state, reason: reason, seconds: seconds,
      peakMegabytes: peak.map { $0 / 1_000_000 }, version: batch.version)
    do throws(StatusTableError) {
      try batch.status.append(row)
    } catch {
      let isFirst = self.state.withLock { summary in
        defer { summary.statusError = summary.statusError ?? error }
        return summary.statusError == nil
      }
      if isFirst { report(.statusNotWritten(error)) }
    }
  }
}
