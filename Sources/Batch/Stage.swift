import Numerics

/// What a batch does to each subject, as three functions: `read` runs on one thread, `work` on the job's own, and `write`
/// on a third, so that the three overlap.
public struct Stage<Input: Sendable, Output: Sendable> {
  /// The stage's name in `status.tsv`.
  public let name: String
  /// Reads and decodes a subject's files. Returns `nil` where the result would hold more than `room` bytes; it is called
  /// again later with more room.
  public var read: @Sendable (_ subject: Batch.Subject, _ room: Int) throws -> Input?
  /// Returns the bytes that the process holds at most during `work`. Throws where that is more than it may hold.
  public var memory: (Input) throws -> Int = { _ in 0 }
  /// Computes the results.
  public var work: (Input) throws -> Output
  /// Returns the bytes that a result holds until it is written.
  public var residue: (Output) -> Int = { _ in 0 }
  /// Writes the results and returns what is reported about them.
  public var write: @Sendable (_ subject: Batch.Subject, _ output: Output) throws -> Batch.Products

  /// Creates a stage whose memory is not limited.
  public init(
    name: String, read: @escaping @Sendable (_ subject: Batch.Subject, _ room: Int) throws -> Input?,
    work: @escaping (Input) throws -> Output,
    write: @escaping @Sendable (_ subject: Batch.Subject, _ output: Output) throws -> Batch.Products
  ) {
    self.name = name
    self.read = read
    self.work = work
    self.write = write
  }

  /// Returns the stage with parallel loops of at most `threads` threads.
  func limited(to threads: Int) -> Self {
    let (read, work, write) = (read, work, write)
    var stage = self
    stage.read = { subject, room in try ParallelLoop.limited(to: threads) { try read(subject, room) } }
    stage.work = { input in try ParallelLoop.limited(to: threads) { try work(input) } }
    stage.write = { subject, output in try ParallelLoop.limited(to: threads) { try write(subject, output) } }
    return stage
  }
}
