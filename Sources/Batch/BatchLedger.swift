import Files
import Synchronization

extension Batch {
  /// What is reported about a subject whose results are written.
  public struct Products: Sendable {
    /// The paths of the results, for standard output.
    public var lines: [String]
    /// The main numbers of the result, for the terminal; `nil` for none.
    public var summary: String?
    /// Why the results need a visual check, such as `low quality 0.12: …`; `nil` if they do not.
    public var warning: String?
    /// Bytes that another process held for it at most; `nil` if this process did the work.
    public var peakByteCount: Int?

    /// Creates the report of a subject.
    public init(
      lines: [String], summary: String? = nil, warning: String? = nil, peakByteCount: Int? = nil
    ) {
      self.lines = lines
      self.summary = summary
      self.warning = warning
      self.peakByteCount = peakByteCount
    }
  }

  /// What is reported while a batch runs.
  public enum Event: Sendable {
    /// The work on a subject begins, for this reason.
    case begins(Subject, why: RunReason)
    /// The results are written and the row of `status.tsv` too.
    case done(Subject, Products)
    /// There is nothing to do.
    case skipped(Subject, reason: String)
    /// The subject failed; `line` names its file, what was found and what was needed.
    case failed(Subject, line: String)
    /// A row could not be added to `status.tsv`; reported once, while the batch goes on.
    case statusNotWritten(StatusTableError)
  }

  /// How a batch ended.
  public struct Summary: Sendable {
    /// A subject that failed, with the reason on one line that names its file.
    public struct Failure: Sendable {
      /// The subject.
      public let subject: Subject
      /// The reason.
      public let line: String
    }

    /// The number of subjects that were worked on without an error.
    public internal(set) var done = 0
    /// The number of subjects with nothing to do.
    public internal(set) var skipped = 0
    /// How many of those that are done or skipped need a visual check.
    public internal(set) var flagged = 0
    /// The subjects that failed, in the order in which they ended.
    public internal(set) var failures: [Failure] = []
    /// Why the table of states is not complete; `nil` where it is.
    public internal(set) var statusError: StatusTableError?

    /// Whether nothing failed, the table of states included.
    public var isComplete: Bool { failures.isEmpty && statusError == nil }
  }
}

/// Records how each subject ended: a row of the table, the summary, and an event.
final class BatchLedger: Sendable {
  private let stage, version: String
  private let status: StatusTable
  private let report: @Sendable (Batch.Event) -> Void
  private let state = Mutex(Batch.Summary())
  /// Held while an event is reported, so that events come one at a time.
  private let turn = Mutex(())

  init(
    stage: String, version: String, status: StatusTable, report: @escaping @Sendable (Batch.Event) -> Void
  ) {
    self.stage = stage
    self.version = version
    self.status = status
    self.report = report
  }

  var summary: Batch.Summary { state.withLock { $0 } }

  func begins(_ subject: Batch.Subject, why reason: RunReason) { tell(.begins(subject, why: reason)) }

  func done(_ subject: Batch.Subject, why reason: RunReason, _ products: Batch.Products, seconds: Double) {
    append(
      subject, .done, StatusRow.reason("\(reason)", warning: products.warning), seconds,
      peak: products.peakByteCount)
    state.withLock {
      $0.done += 1
      if products.warning != nil { $0.flagged += 1 }
    }
    tell(.done(subject, products))
  }

  /// Its row has been written already, with those of all skipped subjects.
  func skipped(_ subject: Batch.Subject) {
    guard case .skips(let reason) = subject.plan else { return }
    state.withLock {
      $0.skipped += 1
      if subject.warning != nil { $0.flagged += 1 }
    }
    tell(.skipped(subject, reason: reason))
  }

  func failed(_ subject: Batch.Subject, _ error: any Error) {
    let line = FileMessage(error, path: subject.path).line
    append(subject, .failed, FileMessage(error, path: subject.path).reason, nil)
    state.withLock { $0.failures.append(.init(subject: subject, line: line)) }
    tell(.failed(subject, line: line))
  }

  private func tell(_ event: Batch.Event) { turn.withLock { _ in report(event) } }

  private func append(
    _ subject: Batch.Subject, _ state: StatusRow.State, _ reason: String, _ seconds: Double?,
    peak: Int? = nil
  ) {
    let peak = peak ?? ProcessMemory.peakByteCount
    let row = StatusRow(
      subject: subject.name, stage: stage, state: state, reason: reason, seconds: seconds,
      peakMegabytes: peak.map { $0 / 1_000_000 }, version: version)
    do throws(StatusTableError) {
      try status.append(row)
    } catch {
      let isFirst = self.state.withLock { summary in
        defer { summary.statusError = summary.statusError ?? error }
        return summary.statusError == nil
      }
      if isFirst { tell(.statusNotWritten(error)) }
    }
  }
}

/// An error about a file, on one line.
public struct FileMessage: Sendable {
  /// `file: reason`. A reason that names its file already, as `NIfTIError` does, is left as it is.
  public let line: String
  /// The line without the file.
  public let reason: String

  /// Creates the message of an error that a file has caused.
  public init(_ error: any Error, path: String) {
    func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
    let (name, text) = (oneLine(path), oneLine("\(error)"))
    line = text.hasPrefix(name + ": ") ? text : "\(name): \(text)"
    reason = String(line.dropFirst(name.count + 2))
  }
}
