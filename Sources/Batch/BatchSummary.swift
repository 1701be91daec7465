/// How a batch ended.
public struct BatchSummary: Sendable {
  /// Why a subject failed, on one line that names its file.
  public struct Failure: Hashable, Sendable {
    public let subject: BatchSubject
    public let line: String
  }

  public internal(set) var done = 0
  public internal(set) var skipped = 0
  /// Of those that are done or skipped, how many have results that are not to be trusted without a look.
  public internal(set) var doubtful = 0
  /// In the order of the subjects.
  public internal(set) var failures: [Failure] = []
  /// Why the table of states is not complete.
  public internal(set) var statusError: StatusTableError?

  /// Whether nothing failed, the table of states included.
  public var isComplete: Bool { failures.isEmpty && statusError == nil }
}
