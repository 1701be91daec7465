import Batch
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Batch")
struct BatchTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// What happened, in order, from any thread.
  private final class Diary: Sendable {
    private let entries = Mutex<[String]>([])
    func note(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock { $0 } }
  }

  private func batch(_ subjects: [Batch.Subject]) -> Batch {
    Batch(subjects, version: "1", status: StatusTable(folder: place.path))
  }

  private func batch(_ names: [String]) -> Batch { batch(subjects(names)) }

  private func subjects(_ names: [String]) -> [Batch.Subject] {
    names.map { Batch.Subject(name: $0, path: $0 + ".nii") }
  }

  private func skipped(_ name: String, results: [String] = [], warning: String? = nil) -> Batch.Subject {
    var subject = Batch.Subject(name: name, path: name + ".nii")
    subject.plan = .skips(reason: "unchanged")
    subject.results = results
    subject.warning = warning
    return subject
  }

  @Test("a subject that fails in any step costs a row, in the order of subjects; the others are done")
  func isolation() throws {
    let diary = Diary()
    func fail(_ name: String, in step: String) throws {
      if name.hasPrefix(step) {
        throw Fault(description: name == "work2" ? "work2.nii: two\nlines" : "bad \(step)")
      }
    }
    let stage = Stage<String, String>(
      name: "test",
      read: { subject, _ in
        if subject.name.hasPrefix("read") { throw Fault(description: "bad read") }
        return subject.name
      },
      work: { name in
        try fail(name, in: "work")
        return name
      },
      write: { subject, name in
        if name.hasPrefix("write") { throw Fault(description: "bad write") }
        return .init(lines: [name])
      })
    let names = ["a", "read1", "b", "work2", "write3", "read4", "c"]
    var plan = subjects(names)
    plan.insert(skipped("s", results: ["s"]), at: 1)
    let status = StatusTable(folder: place.path)
    let summary = try batch(plan).run(stage) { event in
      switch event {
      // Reported by another thread, while the table may change.
      case .begins: return
      case .done(let subject, let products): diary.note("\(subject.name) \(products.lines)")
      case .skipped(let subject, let reason): diary.note("\(subject.name) \(reason)")
      case .failed(_, let line): diary.note(line)
      case .statusNotWritten(let error): diary.note("\(error)")
      }
      // Each reported subject has its row.
      let settled = diary.all.count { !$0.hasPrefix("s ") }
      guard let rows = try? status.rows() else { return diary.note("no table") }
      if rows.count < settled + 1 { diary.note("\(rows.count) rows after \(settled)") }
    }
    #expect(
      diary.all == [
        "a [\"a\"]", "s unchanged", "read1.nii: bad read", "b [\"b\"]", "work2.nii: two lines",
        "write3.nii: bad write", "read4.nii: bad read", "c [\"c\"]",
      ])
    #expect(summary.done == 3 && summary.skipped == 1 && !summary.isComplete)
    #expect(summary.failures.map(\.subject.name) == ["read1", "work2", "write3", "read4"])
    let rows = try status.rows()
    #expect(rows.map(\.subject) == ["s", "a", "read1", "b", "work2", "write3", "read4", "c"])
    #expect(rows[4].reason == "two lines" && rows[4].state == .failed && rows[4].seconds == nil)
    #expect(rows.filter { $0.state == .done }.allSatisfy { ($0.seconds ?? -1) >= 0 })
  }

  @Test("doubtful results are reported, counted, those too that are there already, and named in the table")
  func doubts() throws {
    let diary = Diary()
    let stage = Stage<String, String>(
      name: "test",
      read: { subject, _ in subject.name }, work: { $0 },
      write: { _, name in .init(lines: [name], warning: name == "b" ? "low quality 0.12: too dark" : nil) })
    let plan = subjects(["a", "b"]) + [skipped("s", warning: "low quality 0.00: empty")]
    let status = StatusTable(folder: place.path)
    let summary = try batch(plan).run(stage) { event in
      if case .done(let subject, let products) = event, let warning = products.warning {
        diary.note("\(subject.path): \(warning)")
      }
    }
    #expect(diary.all == ["b.nii: low quality 0.12: too dark"])
    #expect(summary.flagged == 2 && summary.done == 2 && summary.isComplete)
    let reasons = try status.rows().map { [$0.subject, $0.state.rawValue, $0.reason] }
    #expect(reasons[0] == ["s", "skipped", "unchanged; low quality 0.00: empty"])
    #expect(!reasons[1][2].contains("quality") && reasons[2][2].hasSuffix("; low quality 0.12: too dark"))
  }

  @Test("while a scan is worked on, the next is read and the last is written")
  func overlap() throws {
    let (isRead, isWritten, works) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let met = Diary()
    let stage = Stage<Int, Int>(
      name: "test",
      read: { subject, _ in
        if subject.name == "2" { isRead.signal() }
        return Int(subject.name) ?? 0
      },
      work: { number in
        if number == 1 {
          isRead.wait()
          met.note("read 2")
        }
        if number == 2 {
          works.signal()
          isWritten.wait()
          met.note("write 1")
        }
        return number
      },
      write: { subject, _ in
        // Ends only when the work on the next has begun, which waits for this end.
        if subject.name == "1" {
          works.wait()
          isWritten.signal()
        }
        return .init(lines: [])
      })
    #expect(try batch(["1", "2"]).run(stage) { _ in }.done == 2)
    #expect(met.all == ["read 2", "write 1"])
  }

  @Test("without overlap each scan is read, worked on and written before the next is read")
  func serial() throws {
    let diary = Diary()
    let stage = Stage<String, String>(
      name: "test",
      read: { subject, _ in
        diary.note("read " + subject.name)
        return subject.name
      },
      work: { name in
        diary.note("work " + name)
        return name
      },
      write: { subject, _ in
        diary.note("write " + subject.name)
        return .init(lines: [])
      })
    var batch = batch(["1", "2", "3"])
    batch.overlaps = false
    _ = try batch.run(stage) { _ in }
    let wanted = (1...3).flatMap { number -> [String] in
      ["read \(number)", "work \(number)", "write \(number)"]
    }
    #expect(diary.all == wanted)
  }

  @Test("at most three scans are held, however slow the writing is")
  func bounded() throws {
    let held = Mutex((now: 0, most: 0))
    // Each scan is written only when the second scan after it has been read.
    let isRead = (1...42).map { _ in DispatchSemaphore(value: 0) }
    for semaphore in isRead.suffix(2) { semaphore.signal() }
    let stage = Stage<Int, Int>(
      name: "test",
      read: { subject, _ in
        held.withLock { state in
          state.now += 1
          state.most = max(state.most, state.now)
        }
        let number = Int(subject.name) ?? 0
        isRead[number - 1].signal()
        return number
      },
      work: { $0 },
      write: { _, number in
        isRead[number + 1].wait()
        held.withLock { $0.now -= 1 }
        return .init(lines: [])
      })
    _ = try batch((1...40).map(String.init)).run(stage) { _ in }
    #expect(held.withLock { $0.now } == 0)
    // One is read ahead, one worked on, one written; the one worked on waits for the writer with its result.
    #expect(held.withLock { $0.most } == 3)
  }

  @Test("what does not fit beside the scan at work is read when that is done")
  func memory() throws {
    let diary = Diary()
    var stage = Stage<Int, Int>(
      name: "test",
      read: { subject, room in
        diary.note("\(subject.name) \(room == .max ? "all" : "\(room)")")
        return room < 50 ? nil : 0
      },
      work: { $0 }, write: { _, _ in .init(lines: []) })
    stage.memory = { _ in 70 }
    stage.residue = { _ in 40 }
    var batch = batch(["1", "2"])
    batch.memoryLimit = 100
    #expect(try batch.run(stage) { _ in }.done == 2)
    #expect(diary.all == ["1 all", "2 30", "2 all"])
  }

  @Test("a table that cannot be extended is reported once, does not stop the batch, and is a failure")
  func noTable() throws {
    let diary = Diary()
    let path = place("status.tsv")
    let stage = Stage<Int, Int>(
      name: "test",
      read: { _, _ in 0 },
      work: { number in
        try? FileManager.default.removeItem(atPath: path)
        return number
      },
      write: { _, _ in .init(lines: []) })
    let summary = try batch(["1", "2", "3"]).run(stage) { event in
      if case .statusNotWritten(let error) = event { diary.note("\(error)") }
    }
    #expect(summary.done == 3 && !summary.isComplete)
    #expect(diary.all == [path + ": cannot be written: no such file or directory"])
  }
}
