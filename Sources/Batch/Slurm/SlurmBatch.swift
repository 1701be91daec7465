import Files
import Foundation

/// A batch that Slurm does, from its submission to the table at the end, which is that of a local batch.
///
/// Nothing is kept in memory that is not in files: whoever waits may be stopped, and another goes on waiting.
public struct SlurmBatch {
  /// How far it is.
  public struct Progress: Hashable, Sendable {
    public var states: [StatusRow.State: Int]
    public var total: Int
    /// `nil` where Slurm does not answer just now.
    public var queue: Slurm.Queue?

    public var settled: Int { states.values.reduce(0, +) }
  }

  /// What is told while it is waited for.
  public enum Event: Sendable {
    case progress(Progress)
    /// Tasks that ended early have been handed over once more.
    case repeated(shards: [Int], id: Int)
  }

  /// How often a task is begun: what fails three times on three nodes does not fail by chance.
  private static let mostAttempts = 3

  public private(set) var job: SlurmJob
  /// How much there is to do.
  public var subjectCount: Int { list.items.count }
  private let output: String
  private let tables: ShardTables
  private var list: WorkList
  private let slurm = Slurm()

  /// The batch of a folder, handed over before.
  /// - Throws: `SlurmError.noJob`, `WorkList.Failure`.
  public init(output: String, joinResults: @escaping ShardTables.JoinResults) throws {
    job = try SlurmJob(output: output)
    self.output = output
    tables = ShardTables(output: output, joinResults: joinResults)
    list = try WorkList(contentsOf: SlurmJob.Files(output: output).workList)
  }

  /// Hands a batch over.
  /// - Parameters:
  ///   - command: the program and its words, to which `--shard` and `--work-list` are added for each task.
  ///   - output: the batch's folder, which is there.
  /// - Throws: `SlurmError`, and what the file system refuses.
  public init(
    _ job: SlurmJob, _ list: WorkList, command: [String], output: String,
    joinResults: @escaping ShardTables.JoinResults
  ) throws {
    if let old = try? SlurmJob(output: output), let id = old.attempts.last?.id,
      try slurm.queue(of: id)?.isEmpty != true
    {
      throw SlurmError.stillRuns(id: id, output: output)
    }
    self.job = job
    self.list = list
    self.output = output
    tables = ShardTables(output: output, joinResults: joinResults)
    let files = SlurmJob.Files(output: output)
    try FileManager.default.createDirectory(atPath: files.folder, withIntermediateDirectories: true)
    // Rows of an earlier batch must not be taken for this one's.
    try tables.join()
    let subjects = list.items.map { BatchSubject(name: $0.subject, scan: $0.operand) }
    try StatusTable(folder: output).begin(
      subjects.map { BatchTask($0, .runs(.neverRan)) }, stage: job.stage, version: job.version)
    for name in try FileManager.default.contentsOfDirectory(atPath: files.folder) where name.hasSuffix(".log")
    {
      try FileManager.default.removeItem(atPath: files.folder.joined(name))
    }
    try list.write(to: files.workList)
    try AtomicFile.write(job.script(command, workList: files.workList), to: files.script)
    try submit(Array(1...job.shardCount))
  }

  private mutating func submit(_ shards: [Int]) throws {
    let subjects = (list.items.count + job.shardCount - 1) / job.shardCount
    let id = try slurm.submit(job, shards, subjects: subjects, output: output)
    job.attempts.append(.init(id: id, shards: shards))
    try job.write(output: output)
  }

  /// How far it is now.
  /// - Throws: `SlurmError.notInstalled`, `StatusTableError`.
  public func progress() throws -> Progress {
    let rows = try rows()
    return Progress(
      states: Dictionary(grouping: rows.values, by: \.state).mapValues(\.count), total: list.items.count,
      queue: try job.attempts.last.flatMap { try slurm.queue(of: $0.id) } ?? nil)
  }

  /// The states that are known, by subject: in the tasks' tables, or in the folder's once these are joined.
  private func rows() throws(StatusTableError) -> [String: StatusRow] {
    let rows =
      try job.collected ? StatusTable(folder: output).rows() : tables.rows()
    let names = Set(list.items.map(\.subject))
    return Dictionary(
      rows.filter { $0.stage == job.stage && names.contains($0.subject) }.map { ($0.subject, $0) }
    ) { $1 }
  }

  /// Waits until all is done, repeats what ended early, and joins the tables.
  /// - Parameters:
  ///   - interval: seconds between two looks.
  ///   - report: what it throws ends the waiting, not the job.
  /// - Returns: how it ended, as a local batch would tell.
  /// - Throws: `SlurmError`, `StatusTableError`, `VolumeTableError`, and what the file system refuses.
  public mutating func collect(
    interval: Double, report: (Event) throws -> Void = { _ in }
  ) throws -> BatchSummary {
    while !job.collected {
      let progress = try progress()
      try report(.progress(progress))
      guard let queue = progress.queue, queue.isEmpty else {
        Thread.sleep(forTimeInterval: interval)
        continue
      }
      let unfinished = try unfinishedShards()
      guard unfinished.isEmpty || job.attempts.count >= Self.mostAttempts else {
        list = list.reversed(parts: job.shardCount)
        try list.write(to: SlurmJob.Files(output: output).workList)
        try submit(unfinished)
        try report(.repeated(shards: unfinished, id: job.attempts.last?.id ?? 0))
        continue
      }
      try join()
    }
    return try summary()
  }

  /// The parts of which a subject has no state: their tasks were killed, or never began.
  private func unfinishedShards() throws(StatusTableError) -> [Int] {
    let settled = Set(try rows().keys)
    return (1...job.shardCount).filter { index in
      Shard(index: index, count: job.shardCount).share(of: list.items).contains {
        !settled.contains($0.subject)
      }
    }
  }

  private mutating func join() throws {
    let settled = Set(try rows().keys)
    let lost = list.items.enumerated().filter { !settled.contains($0.element.subject) }.map { index, item in
      StatusRow(
        subject: item.subject, stage: job.stage, state: .failed,
        reason: SlurmJob.lostReason(
          log: SlurmJob.Files(output: output).log(of: index % job.shardCount + 1),
          attempts: job.attempts.count),
        version: job.version)
    }
    try tables.join(with: lost)
    job.collected = true
    try job.write(output: output)
  }

  private func summary() throws(StatusTableError) -> BatchSummary {
    let rows = try rows()
    var summary = BatchSummary()
    for item in list.items {
      guard let row = rows[item.subject] else { continue }
      if row.isDoubtful { summary.doubtful += 1 }
      switch row.state {
      case .done: summary.done += 1
      case .skipped: summary.skipped += 1
      case .failed:
        let subject = BatchSubject(name: item.subject, scan: item.operand)
        summary.failures.append(.init(subject: subject, line: "\(item.subject): \(row.reason)"))
      }
    }
    return summary
  }
}
