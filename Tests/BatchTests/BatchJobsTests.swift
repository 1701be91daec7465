import Batch
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Batch of several jobs")
struct BatchJobsTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private let names = (1...40).map { "sub-\($0)" }

  private var batch: Batch {
    var batch = Batch(
      names.map { Batch.Subject(name: $0, path: $0 + ".nii") }, version: "1",
      status: StatusTable(folder: place.path))
    batch.overlaps = false
    return batch
  }

  /// Runs a batch whose only step is `work`.
  private func run(
    _ batch: Batch, jobs: Int, report: @escaping @Sendable (Batch.Event) -> Void = { _ in },
    _ work: @escaping @Sendable (String) throws -> Batch.Products
  ) throws -> Batch.Summary {
    try batch.run(
      jobs: JobShare(count: jobs, threads: 1),
      {
        Stage<String, Batch.Products>(
          name: "test", read: { subject, _ in subject.name }, work: work, write: { _, products in products })
      }, named: "test", report: report)
  }

  @Test("never more than so many at once, and as many where there is enough to do", arguments: [1, 3, 100])
  func jobs(count: Int) throws {
    let running = Mutex((now: 0, most: 0))
    let all = DispatchSemaphore(value: 0)
    let expected = min(count, names.count)
    let summary = try run(batch, jobs: count) { _ in
      let isLast = running.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
        return state.most == expected
      }
      // The first ones wait until all jobs have begun; whoever comes later does not.
      if isLast { for _ in 0..<expected { all.signal() } }
      all.wait()
      all.signal()
      running.withLock { $0.now -= 1 }
      return Batch.Products(lines: [], peakByteCount: 5_000_000)
    }
    #expect(summary.done == names.count && summary.isComplete)
    #expect(running.withLock { $0.most } == expected)
    let rows = try StatusTable(folder: place.path).rows()
    #expect(rows.map(\.subject).sorted() == names.sorted())
    #expect(rows.allSatisfy { $0.state == .done && $0.peakMegabytes == 5 })
  }

  @Test("one that fails costs a row, and events come one at a time")
  func failure() throws {
    let busy = Mutex(false)
    let report: @Sendable (Batch.Event) -> Void = { _ in
      let isAlone = busy.withLock { busy in
        defer { busy = true }
        return !busy
      }
      #expect(isAlone)
      busy.withLock { $0 = false }
    }
    let summary = try run(batch, jobs: 8, report: report) { name in
      if name.hasSuffix("7") { throw CocoaError(.fileNoSuchFile) }
      return Batch.Products(lines: [name])
    }
    #expect(summary.done == 36 && summary.failures.count == 4)
    #expect(Set(summary.failures.map(\.subject.name)) == ["sub-7", "sub-17", "sub-27", "sub-37"])
  }

  @Test("none is begun once it is stopped, and what was not begun has no row")
  func stop() throws {
    let begun = Mutex(0)
    var batch = batch
    batch.isStopped = { begun.withLock { $0 } == 3 }
    let summary = try run(batch, jobs: 1) { _ in
      begun.withLock { $0 += 1 }
      return Batch.Products(lines: [])
    }
    #expect(summary.done == 3)
    #expect(try StatusTable(folder: place.path).rows().count == 3)
  }
}
