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

  private var tasks: [BatchTask] {
    names.map { BatchTask(BatchSubject(name: $0, scan: $0 + ".nii"), .runs(.neverRan)) }
  }

  private var batch: Batch {
    Batch(stage: "test", version: "1", status: StatusTable(folder: place.path))
  }

  @Test("never more than so many at once, and as many where there is enough to do", arguments: [1, 3, 100])
  func jobs(count: Int) throws {
    let running = Mutex((now: 0, most: 0))
    let all = DispatchSemaphore(value: 0)
    let expected = min(count, names.count)
    let summary = try batch.run(tasks, jobs: count) { _ in
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
      return BatchProducts(lines: [], peakByteCount: 5_000_000)
    } report: { _ in
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
    let summary = try batch.run(tasks, jobs: 8) { subject in
      if subject.name.hasSuffix("7") { throw CocoaError(.fileNoSuchFile) }
      return BatchProducts(lines: [subject.name])
    } report: { event in
      if case .begins = event { return }
      let isAlone = busy.withLock { busy in
        defer { busy = true }
        return !busy
      }
      #expect(isAlone)
      busy.withLock { $0 = false }
    }
    #expect(summary.done == 36 && summary.failures.count == 4)
    #expect(Set(summary.failures.map(\.subject.name)) == ["sub-7", "sub-17", "sub-27", "sub-37"])
  }

  @Test("none is begun once it is stopped, and what was not begun has no row")
  func stop() throws {
    let begun = Mutex(0)
    let summary = try batch.run(
      tasks, jobs: 1, isStopped: { begun.withLock { $0 } == 3 },
      body: { _ in
        begun.withLock { $0 += 1 }
        return BatchProducts(lines: [])
      }, report: { _ in })
    #expect(summary.done == 3)
    #expect(try StatusTable(folder: place.path).rows().count == 3)
  }
}
