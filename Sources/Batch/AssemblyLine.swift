import Dispatch
import Files
import Numerics

/// One job of a batch: a queue that reads, this thread that works, and a queue that writes and records.
final class AssemblyLine<Input: Sendable, Output: Sendable> {
  private struct Reading: Sendable {
    var input: Input?
    var seconds: Double
  }

  private let stage: Stage<Input, Output>
  private let memoryLimit: Int
  private let overlaps: Bool
  private let ledger: BatchLedger
  private let reader = DispatchQueue(label: "grisea.batch.read")
  private let writer = DispatchQueue(label: "grisea.batch.write")
  /// Entered while a result is written or waits to be written; never more than one does.
  private let writing = DispatchGroup()
  /// Bytes of that result.
  private var written = 0
  private var ahead: (name: String, reading: PendingValue<Result<Reading, any Error>>)?

  init(_ stage: Stage<Input, Output>, memoryLimit: Int, overlaps: Bool, ledger: BatchLedger) {
    self.stage = stage
    self.memoryLimit = memoryLimit
    self.overlaps = overlaps
    self.ledger = ledger
  }

  /// Works through the queue until it is empty and everything is written and recorded.
  func run(_ queue: SubjectQueue) {
    var taken = queue.next()
    while let subject = taken {
      guard case .runs(let reason) = subject.plan else {
        skip(subject)
        taken = queue.next()
        continue
      }
      // Subjects between this one and the next that has work are reported after this one.
      var skipped: [Batch.Subject] = []
      var following = overlaps ? queue.next() : nil
      while let other = following, !other.runs {
        skipped.append(other)
        following = queue.next()
      }
      ledger.begins(subject, why: reason)
      process(subject, why: reason, then: following)
      if !overlaps { drain() }
      skipped.forEach(skip)
      taken = overlaps ? following : queue.next()
    }
    drain()
  }

  /// Reports a skipped subject, in order with the subjects before it.
  private func skip(_ subject: Batch.Subject) {
    let ledger = ledger
    writer.async { ledger.skipped(subject) }
  }

  /// Waits until everything is written and recorded.
  private func drain() { writer.sync {} }

  /// Reads a subject, works on it and passes the result to the writer. Meanwhile `next` is read, if there is room for it.
  private func process(_ subject: Batch.Subject, why reason: RunReason, then next: Batch.Subject?) {
    let ledger = ledger
    do {
      let reading = try reading(of: subject)
      guard let input = reading.input else {
        preconditionFailure("a subject is read where there is all room")
      }
      let need = try stage.memory(input)
      if need > memoryLimit - heldByWriter { writing.wait() }
      if let next { readAhead(next, room: memoryLimit - need - heldByWriter) }
      let start = ContinuousClock.now
      let output = try stage.work(input)
      write(
        output, of: subject, why: reason,
        seconds: reading.seconds + (ContinuousClock.now - start) / .seconds(1))
    } catch {
      writer.async { ledger.failed(subject, error) }
    }
  }

  private var heldByWriter: Int { writing.wait(timeout: .now()) == .success ? 0 : written }

  private func reading(of subject: Batch.Subject) throws -> Reading {
    defer { ahead = nil }
    if let ahead, ahead.name == subject.name {
      let early = try ahead.reading.wait().get()
      if early.input != nil { return early }
      // There was no room for it beside the subject at work and the one that was written.
      writing.wait()
    }
    return try Self.read(subject, room: .max, stage.read)
  }

  private func readAhead(_ subject: Batch.Subject, room: Int) {
    let (pending, read) = (PendingValue<Result<Reading, any Error>>(), stage.read)
    ahead = (subject.name, pending)
    reader.async { pending.fulfil(Result { try Self.read(subject, room: room, read) }) }
  }

  private static func read(
    _ subject: Batch.Subject, room: Int, _ read: (Batch.Subject, Int) throws -> Input?
  ) throws -> Reading {
    if let fault = subject.fault { throw fault }
    let start = ContinuousClock.now
    let input = try read(subject, room)
    return Reading(input: input, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private func write(_ output: Output, of subject: Batch.Subject, why reason: RunReason, seconds: Double) {
    writing.wait()
    written = stage.residue(output)
    let (ledger, write) = (ledger, stage.write)
    writer.async(group: writing) {
      let start = ContinuousClock.now
      do {
        let products = try write(subject, output)
        let all = seconds + (ContinuousClock.now - start) / .seconds(1)
        ledger.done(subject, why: reason, products, seconds: all)
      } catch {
        ledger.failed(subject, error)
      }
    }
  }
}
