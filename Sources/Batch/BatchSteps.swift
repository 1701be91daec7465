import Numerics

/// What is done to each scan: read on one thread, worked on in the caller's, written on a third.
public struct BatchSteps<Input: Sendable, Output: Sendable> {
  /// Reads and decodes a scan; `nil` where it would hold more than `room` bytes, to be asked for again with more.
  public var read: @Sendable (_ subject: BatchSubject, _ room: Int) throws -> Input?
  /// Bytes that the process holds at most while it works on a scan.
  public var need: (Input) throws -> Int = { _ in 0 }
  public var work: (Input) throws -> Output
  /// Bytes that a result holds until it is written.
  public var residue: (Output) -> Int = { _ in 0 }
  public var write: @Sendable (BatchSubject, Output) throws -> BatchProducts

  public init(
    read: @escaping @Sendable (_ subject: BatchSubject, _ room: Int) throws -> Input?,
    work: @escaping (Input) throws -> Output,
    write: @escaping @Sendable (BatchSubject, Output) throws -> BatchProducts
  ) {
    self.read = read
    self.work = work
    self.write = write
  }

  /// The same steps, of which the parallel loops have at most `threads` threads.
  func limited(to threads: Int) -> Self {
    let (read, work, write) = (read, work, write)
    var steps = self
    steps.read = { subject, room in try ParallelLoop.limited(to: threads) { try read(subject, room) } }
    steps.work = { input in try ParallelLoop.limited(to: threads) { try work(input) } }
    steps.write = { subject, output in try ParallelLoop.limited(to: threads) { try write(subject, output) } }
    return steps
  }
}
