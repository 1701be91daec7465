import Dispatch
import Foundation
import Synchronization

/// Work that other processes do: several subjects at the same time.
extension Batch {
  /// Works through the tasks, `jobs` at a time. Rows and events come in the order in which subjects end.
  /// - Parameters:
  ///   - isStopped: asked before each subject; from then on none is begun, and those have no row.
  ///   - body: does the work of a subject, and is called from `jobs` threads.
  ///   - report: is called from another thread, for one event at a time but for `begins`.
  /// - Throws: `StatusTableError` where the table cannot be begun; nothing has been done then.
  public func run(
    _ tasks: [BatchTask], jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false },
    body: @escaping @Sendable (BatchSubject) throws -> BatchProducts,
    report: @escaping @Sendable (BatchEvent) -> Void
  ) throws(StatusTableError) -> BatchSummary {
    precondition(jobs > 0, "a batch has at least one job")
    try status.begin(tasks, stage: stage, version: version)
    let ledger = BatchLedger(self, report: report)
    let settling = DispatchQueue(label: "grisea.batch.settle")
    let next = Mutex(0)
    let workers = DispatchGroup()
    let work: @Sendable () -> Void = {
      while !isStopped() {
        let index = next.withLock { index in
          defer { index += 1 }
          return index
        }
        guard index < tasks.count else { break }
        Self.settle(tasks[index], settling, ledger, report, body)
      }
      workers.leave()
    }
    for _ in 0..<min(jobs, max(1, tasks.count)) {
      workers.enter()
      Thread.detachNewThread(work)
    }
    workers.wait()
    settling.sync {}
    return ledger.summary
  }

  private static func settle(
    _ task: BatchTask, _ queue: DispatchQueue, _ ledger: BatchLedger, _ report: (BatchEvent) -> Void,
    _ body: (BatchSubject) throws -> BatchProducts
  ) {
    let subject = task.subject
    switch task.plan {
    case .skips(let reason, let lines):
      queue.sync { ledger.skipped(task, reason: reason, lines: lines) }
    case .runs(let why):
      report(.begins(subject, why: why))
      let start = ContinuousClock.now
      let result = Result { try body(subject) }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      queue.sync {
        switch result {
        case .success(let products): ledger.done(subject, why: why, products, seconds: seconds)
        case .failure(let error): ledger.failed(subject, error)
        }
      }
    }
  }
}
