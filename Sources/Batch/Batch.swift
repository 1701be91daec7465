import Dispatch
import Foundation
import Numerics
import Synchronization

/// Many subjects, each isolated from the others: a subject that fails costs a row that says why, never the results of
/// the others.
///
/// While one subject is worked on, the next is read and the last is written. At most three are held in memory, and fewer
/// where three do not fit into `memoryLimit`. Results, rows and events come in the order of the subjects where there is
/// one job.
public struct Batch: Sendable {
  /// The subjects, in the order in which they are begun.
  public var subjects: [Subject]
  /// The version of the program, for `status.tsv`.
  public var version: String
  /// The table of states.
  public var status: StatusTable
  /// Bytes that each job may hold.
  public var memoryLimit = Int.max
  /// Whether reading and writing overlap with the work; otherwise a job holds one subject at a time.
  public var overlaps = true
  /// Asked before each subject; from `true` on, none is begun, and the rest get no rows.
  public var isStopped: @Sendable () -> Bool = { false }

  /// Creates a batch.
  public init(_ subjects: [Subject], version: String, status: StatusTable) {
    self.subjects = subjects
    self.version = version
    self.status = status
  }

  /// Runs a stage over all subjects in one job, on this thread. A subject that fails is not an error but a row of the
  /// table and of the summary.
  /// - Parameter report: called for one event at a time, from any thread.
  /// - Throws: `StatusTableError` where the table cannot be begun; no work has been done then.
  public func run<Input, Output>(
    _ stage: Stage<Input, Output>, report: @escaping @Sendable (Event) -> Void
  ) throws(StatusTableError) -> Summary {
    let ledger = try begin(stage.name, report: report)
    let queue = SubjectQueue(self)
    AssemblyLine(stage, memoryLimit: memoryLimit, overlaps: overlaps, ledger: ledger).run(queue)
    return ledger.summary
  }

  /// Runs a stage over all subjects in several jobs at the same time, each on a thread of its own. A job takes the next
  /// subject as soon as it is free.
  /// - Parameters:
  ///   - jobs: how many, and how many threads each may use.
  ///   - stage: called once for each job, on the job's thread.
  ///   - report: as above.
  /// - Throws: as above.
  public func run<Input, Output>(
    jobs: JobShare, _ stage: @escaping @Sendable () -> Stage<Input, Output>, named name: String,
    report: @escaping @Sendable (Event) -> Void
  ) throws(StatusTableError) -> Summary {
    let ledger = try begin(name, report: report)
    let queue = SubjectQueue(self)
    let (memoryLimit, overlaps) = (memoryLimit, overlaps)
    let workers = DispatchGroup()
    for _ in 0..<min(jobs.count, max(1, subjects.count)) {
      workers.enter()
      Thread.detachNewThread {
        ParallelLoop.limited(to: jobs.threads) {
          let own = stage().limited(to: jobs.threads)
          AssemblyLine(own, memoryLimit: memoryLimit, overlaps: overlaps, ledger: ledger).run(queue)
        }
        workers.leave()
      }
    }
    workers.wait()
    return ledger.summary
  }

  private func begin(
    _ stage: String, report: @escaping @Sendable (Event) -> Void
  ) throws(StatusTableError) -> BatchLedger {
    try status.begin(subjects, stage: stage, version: version)
    return BatchLedger(stage: stage, version: version, status: status, report: report)
  }
}

/// How many jobs work at the same time, and with how many threads each.
public struct JobShare: Hashable, Sendable {
  /// The number of subjects that are worked on at the same time. Each may take the memory that a job is allowed.
  public var count: Int
  /// The number of threads of each job.
  public var threads: Int

  /// Creates a share of the machine.
  public init(count: Int, threads: Int) {
    precondition(count > 0 && threads > 0, "a batch has at least one job of one thread")
    self.count = count
    self.threads = threads
  }
}

/// The subjects that no job has taken yet, in order.
final class SubjectQueue: Sendable {
  private let subjects: [Batch.Subject]
  private let isStopped: @Sendable () -> Bool
  private let index = Mutex(0)

  init(_ batch: Batch) { (subjects, isStopped) = (batch.subjects, batch.isStopped) }

  /// Returns the next subject, which is no other job's from then on; `nil` at the end, and where the batch is stopped.
  func next() -> Batch.Subject? {
    guard !isStopped() else { return nil }
    return index.withLock { index in
      guard index < subjects.count else { return nil }
      defer { index += 1 }
      return subjects[index]
    }
  }
}
