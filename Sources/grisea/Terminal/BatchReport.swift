import ArgumentParser
import Batch
import Files
import Foundation
import Segmentation
import Synchronization

/// What a batch prints: results on standard output; progress, warnings and failures on standard error, and at the end
/// the failures once more with the command that repeats only them.
final class BatchReport: Sendable {
  private let isSilent: Bool
  private let total: Int
  private let progress: Mutex<Progress>
  private let settled = Mutex(0)
  /// How many subjects were passed over, by the reason.
  private let skipped = Mutex<[String: Int]>([:])
  private let start = ContinuousClock.now

  /// `title` is what is counted, as in `scans segmented`.
  init(_ title: String, _ plan: [BatchTask], isSilent: Bool) {
    self.isSilent = isSilent
    total = plan.count { if case .runs = $0.plan { true } else { false } }
    progress = Mutex(Progress(title, total: total, isSilent: isSilent))
  }

  /// Prints one event.
  func tell(_ event: BatchEvent) {
    switch event {
    case .begins(_, .neverRan), .begins(_, .demanded): break
    case .begins(let subject, let why):
      progress.withLock { $0.clear() }
      say("\(subject.name): again, because \(why)")
    case .skipped(_, let reason, let lines):
      skipped.withLock { $0[reason, default: 0] += 1 }
      for line in lines { print(line) }
    case .done(let subject, let lines, let warnings):
      progress.withLock { $0.clear() }
      for warning in warnings { say("\(subject.scan): warning: \(warning)") }
      for line in lines { print(line) }
      advance()
    case .doubted(let subject, let doubt):
      progress.withLock { $0.clear() }
      say("\(subject.scan): \(doubt)")
    case .failed(_, let line):
      progress.withLock { $0.clear() }
      StandardError.print(line)
      advance()
    case .statusNotWritten(let error): StandardError.print("\(error)")
    }
  }

  /// Prints how it ended, and `footers` on standard output if there are results.
  ///
  /// - Parameter repeating: the command for some of the subjects only.
  /// - Throws: exit code 1 where something failed.
  func finish(
    _ summary: BatchSummary, footers: [String] = [], repeating: ([BatchSubject]) -> [String]
  ) throws {
    progress.withLock { $0.finish() }
    if summary.done + summary.skipped > 0 { for footer in footers { print(footer) } }
    for (reason, count) in skipped.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      say("\(count) not done: \(reason)")
    }
    if summary.doubtful > 0 {
      say(
        "\(summary.doubtful) of \(summary.done + summary.skipped) are of low quality, below "
          + "\(SegmentationQuality.threshold): look at them before you use them")
    }
    if !summary.failures.isEmpty {
      say("\(summary.failures.count) of \(summary.done + summary.failures.count) failed:")
      for failure in summary.failures { say("  \(failure.line)") }
      say("to repeat only these:\n  \(ShellWords.line(repeating(summary.failures.map(\.subject))))")
    }
    if !summary.isComplete { throw ExitCode.failure }
  }

  private func advance() {
    let done = settled.withLock { count in
      count += 1
      return count
    }
    let hours = (ContinuousClock.now - start) / .seconds(3600)
    let rate = hours > 0 ? "\(Int((Double(done) / hours).rounded())) per hour" : ""
    progress.withLock { $0.update(done, note: rate) }
  }

  private func say(_ text: String) {
    if !isSilent { StandardError.print(text) }
  }
}

extension CommandLine {
  /// The words of this command with other operands in place of these.
  static func command(replacing operands: [String], with others: [String]) -> [String] {
    let known = Set(operands)
    return ["grisea"] + arguments.dropFirst().filter { !known.contains($0) } + others
  }
}
