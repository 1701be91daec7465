import ArgumentParser
import Batch
import Files
import Foundation
import Segmentation
import Synchronization

/// Prints what a batch reports: results on standard output; progress, warnings and failures on standard error.
final class BatchReport: Sendable {
  private let isSilent: Bool
  private let progress: Mutex<Progress>
  private let settled = Mutex(0)
  /// The number of skipped subjects by reason.
  private let skipped = Mutex<[String: Int]>([:])
  private let title: String
  private let total: Int

  /// Creates a report, and prints how much of the batch is done already.
  /// - Parameters:
  ///   - title: what is counted, such as `scans segmented`.
  ///   - isSilent: whether only results and errors are printed.
  ///   - handlesSignals: whether an interruption is reported before it ends the process.
  init(_ title: String, _ subjects: [Batch.Subject], isSilent: Bool, handlesSignals: Bool = true) {
    self.isSilent = isSilent
    self.title = title
    total = subjects.count(where: \.runs)
    progress = Mutex(Progress(title, total: total, isSilent: isSilent))
    if total > 0, total < subjects.count {
      say("\(subjects.count - total) of \(subjects.count) are up to date, \(total) to do")
    }
    if handlesSignals { Interruption.report { [weak self] in self?.interrupted() } }
  }

  /// Prints what an interruption leaves.
  private func interrupted() {
    progress.withLock { $0.clear() }
    say(
      "interrupted: \(title) \(settled.withLock { $0 })/\(total); all files with their final names are complete"
    )
    say(Self.advice)
  }

  /// Prints one event.
  func show(_ event: Batch.Event) {
    switch event {
    case .begins(_, .neverRan), .begins(_, .demanded): break
    case .begins(let subject, let why):
      progress.withLock { $0.clear() }
      say(
        "\(subject.name): " + (subject.isAddition ? "only what is missing: \(why)" : "again, because \(why)"))
    case .skipped(let subject, let reason):
      skipped.withLock { $0[reason, default: 0] += 1 }
      for line in subject.results { print(line) }
    case .done(let subject, let products):
      progress.withLock { $0.clear() }
      for line in products.lines { print(line) }
      if let summary = products.summary { say("\(subject.name): \(summary)") }
      advance()
      if let warning = products.warning {
        progress.withLock { $0.clear() }
        say("\(subject.path): \(warning)")
      }
    case .failed(_, let line):
      progress.withLock { $0.clear() }
      StandardError.print(line)
      advance()
    case .statusNotWritten(let error): StandardError.print("\(error)")
    }
  }

  /// Prints how the batch ended and, if there are results, `footers` on standard output.
  /// - Throws: exit code 1 where something failed.
  func finish(_ summary: Batch.Summary, footers: [String] = []) throws {
    progress.withLock { $0.finish() }
    if summary.done + summary.skipped > 0 { for footer in footers { print(footer) } }
    for (reason, count) in skipped.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      say("\(count) skipped: \(reason)")
    }
    if summary.flagged > 0 {
      say(
        "\(summary.flagged) of \(summary.done + summary.skipped) have a quality below "
          + "\(SegmentationQuality.threshold): check them visually before you use them")
    }
    if !summary.failures.isEmpty {
      say("\(summary.failures.count) of \(summary.done + summary.failures.count) failed:")
      for failure in summary.failures { say("  \(failure.line)") }
      say(Self.advice)
    }
    if !summary.isComplete { throw ExitCode.failure }
  }

  /// What to do after failures.
  static let advice = "Run the same command again: only what is missing is done."

  private func advance() {
    let done = settled.withLock { count in
      count += 1
      return count
    }
    progress.withLock { $0.update(done) }
  }

  private func say(_ text: String) {
    if !isSilent { StandardError.print(text) }
  }
}
