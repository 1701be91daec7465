/// How the work of a batch is divided among the cores.
public struct JobShare: Hashable, Sendable {
  /// Scans that are worked on at the same time, each of which may take the memory that a job is allowed.
  public var count: Int
  /// Cores of each.
  public var threads: Int

  public init(count: Int, threads: Int) {
    self.count = count
    self.threads = threads
  }
}
