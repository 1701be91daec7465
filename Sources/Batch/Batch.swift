import Foundation
import Numerics
import Synchronization

/// Many scans, each isolated from the others: a bad one costs a row that says why, never the others' results.
///
/// While one scan is worked on, the next is read and decoded and the last is written: at most three scans are held,
/// and fewer where three do not fit into `memoryLimit`. Results, rows and events come in the order of the subjects.
public struct Batch: Sendable {
  /// What is done, as `status.tsv` calls it.
  public var stage: String
  /// Of the program.
  public var version: String
  public var status: StatusTable
  /// Bytes that the process may hold.
  public var memoryLimit = Int.max
  /// Whether reading and writing have threads of their own; without, one scan is held at a time.
  public var overlaps = true

  public init(stage: String, version: String, status: StatusTable) {
    self.stage = stage
    self.version = version
    self.status = status
  }

  /// Works through the tasks. A subject that fails is no error but a row of the table and of the summary.
  /// - Parameter report: is called from another thread, for one event at a time but for `begins`.
  /// - Throws: `StatusTableError` where the table cannot be begun; nothing has been done then.
  public func run<Input, Output>(
    _ tasks: [BatchTask], _ steps: BatchSteps<Input, Output>, report: @escaping @Sendable (BatchEvent) -> Void
  ) throws(StatusTableError) -> BatchSummary {
    try status.begin(tasks, stage: stage, version: version)
    let ledger = BatchLedger(self, report: report)
    run(tasks, BatchLine(steps, ledger: ledger), report: report)
    return ledger.summary
  }

  /// The same by several assembly lines side by side, each with its share of the tasks, in the order of which its results
  /// come; each may hold `memoryLimit`.
  /// - Parameter steps: called once for each line, on the thread that works for it.
  /// - Throws: as above.
  public func run<Input, Output>(
    _ tasks: [BatchTask], jobs: JobShare, _ steps: @escaping @Sendable () -> BatchSteps<Input, Output>,
    report: @escaping @Sendable (BatchEvent) -> Void
  ) throws(StatusTableError) -> BatchSummary {
    try status.begin(tasks, stage: stage, version: version)
    let turn = Mutex(())
    let inTurn: @Sendable (BatchEvent) -> Void = { event in turn.withLock { _ in report(event) } }
    let ledger = BatchLedger(self, report: inTurn)
    let workers = DispatchGroup()
    for index in 1...jobs.count {
      workers.enter()
      let share = Shard(index: index, count: jobs.count).share(of: tasks)
      Thread.detachNewThread {
        ParallelLoop.limited(to: jobs.threads) {
          run(share, BatchLine(steps().limited(to: jobs.threads), ledger: ledger), report: inTurn)
        }
        workers.leave()
      }
    }
    workers.wait()
    return ledger.summary
  }

  private func run<Input, Output>(
    _ tasks: [BatchTask], _ line: BatchLine<Input, Output>, report: (BatchEvent) -> Void
  ) {
    let order = tasks.indices.filter { tasks[$0].runs }
    var following = Dictionary(zip(order, order.dropFirst())) { first, _ in first }
    if !overlaps { following = [:] }
    for (index, task) in tasks.enumerated() {
      switch task.plan {
      case .skips(let reason, let lines): line.skip(task, reason: reason, lines: lines)
      case .runs(let why):
        report(.begins(task.subject, why: why))
        line.run(task.subject, why: why, then: following[index].map { tasks[$0].subject }, memoryLimit)
        if !overlaps { line.drain() }
      }
    }
    line.drain()
  }
}
