import Dispatch
import Files
import Numerics

/// The assembly line of one batch: a queue that reads, the caller's thread that works, a queue that writes and settles.
final class BatchLine<Input: Sendable, Output: Sendable> {
  private struct Reading: Sendable {
    var input: Input?
    var seconds: Double
  }

  private let steps: BatchSteps<Input, Output>
  private let ledger: BatchLedger
  private let reader = DispatchQueue(label: "grisea.batch.read")
  private let writer = DispatchQueue(label: "grisea.batch.write")
  /// The result that is being written or waits for it; never more than one.
  private let writing = DispatchGroup()
  private var written = 0
  private var ahead: (subject: BatchSubject, reading: PendingValue<Result<Reading, any Error>>)?

  init(_ steps: BatchSteps<Input, Output>, ledger: BatchLedger) {
    self.steps = steps
    self.ledger = ledger
  }

  /// Tells that there is nothing to do, after what comes before it.
  func skip(_ task: BatchTask, reason: String, lines: [String]) {
    let ledger = ledger
    writer.async { ledger.skipped(task, reason: reason, lines: lines) }
  }

  /// Waits until all is written and settled.
  func drain() { writer.sync {} }

  /// Reads, works and hands over to be written; meanwhile `next` is read, if it and what is being written find room.
  func run(_ subject: BatchSubject, why: RunReason, then next: BatchSubject?, _ limit: Int) {
    let ledger = ledger
    do {
      let reading = try reading(of: subject)
      guard let input = reading.input else { preconditionFailure("a scan is read where there is all room") }
      let need = try steps.need(input)
      if need > limit - heldByWriter { writing.wait() }
      if let next { readAhead(next, room: limit - need - heldByWriter) }
      let start = ContinuousClock.now
      let output = try steps.work(input)
      write(
        output, of: subject, why: why, seconds: reading.seconds + (ContinuousClock.now - start) / .seconds(1))
    } catch {
      writer.async { ledger.failed(subject, error) }
    }
  }

  private var heldByWriter: Int { writing.wait(timeout: .now()) == .success ? 0 : written }

  private func reading(of subject: BatchSubject) throws -> Reading {
    defer { ahead = nil }
    if let ahead, ahead.subject == subject {
      let early = try ahead.reading.wait().get()
      if early.input != nil { return early }
      // There was no room for it beside what was worked on and written then.
      writing.wait()
    }
    return try Self.read(subject, room: .max, steps.read)
  }

  private func readAhead(_ subject: BatchSubject, room: Int) {
    let (pending, read) = (PendingValue<Result<Reading, any Error>>(), steps.read)
    ahead = (subject, pending)
    reader.async { pending.fulfil(Result { try Self.read(subject, room: room, read) }) }
  }

  private static func read(
    _ subject: BatchSubject, room: Int, _ read: (BatchSubject, Int) throws -> Input?
  ) throws -> Reading {
    let start = ContinuousClock.now
    let input = try read(subject, room)
    return Reading(input: input, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private func write(_ output: Output, of subject: BatchSubject, why: RunReason, seconds: Double) {
    writing.wait()
    written = steps.residue(output)
    let (ledger, write) = (ledger, steps.write)
    writer.async(group: writing) {
      let start = ContinuousClock.now
      do {
        let products = try write(subject, output)
        let all = seconds + (ContinuousClock.now - start) / .seconds(1)
        ledger.done(subject, why: why, products, seconds: all)
      } catch {
        ledger.failed(subject, error)
      }
    }
  }
}
