import Files
import Foundation

/// A batch that runs on Slurm, from its submission to the final tables, which are those of a local batch.
///
/// All state is in files: a waiting process may be stopped, and another one can go on waiting.
public struct SlurmBatch {
  /// How far the batch is.
  public struct Progress: Hashable, Sendable {
    /// The number of subjects in each state.
    public var states: [StatusRow.State: Int]
    /// The number of all subjects.
    public var total: Int
    /// The tasks that have not ended; `nil` where Slurm does not answer at the moment.
    public var queue: Slurm.Queue?

    /// The number of subjects that have ended.
    public var settled: Int { states.values.reduce(0, +) }
  }

  /// What is reported while the batch is waited for.
  public enum Event: Sendable {
    /// How far the batch is.
    case progress(Progress)
    /// The tasks of these shards ended early and were submitted again, as job `id`.
    case repeated(shards: [Int], id: Int)
  }

  /// How often a task is started: what fails three times on three nodes does not fail by chance.
  private static let mostAttempts = 3

  /// The job, with all submissions so far.
  public private(set) var job: SlurmJob
  /// The number of subjects.
  public var subjectCount: Int { list.items.count }
  private let output: String
  private let tables: ShardTables
  private var list: WorkList
  private let slurm = Slurm()

  /// Reads the batch of an output folder, which was submitted before.
  /// - Throws: `SlurmError.noJob`, `WorkList.Failure`.
  public init(output: String, joinResults: @escaping ShardTables.JoinResults) throws {
    job = try SlurmJob(output: output)
    self.output = output
    tables = ShardTables(output: output, joinResults: joinResults)
    list = try WorkList(contentsOf: SlurmJob.Files(output: output).workList)
  }

  /// Submits a batch.
  /// - Parameters:
  ///   - command: the program and the user's own words, to which `--work-list` and `--shard` are added for each task.
  ///   - output: the output folder, which exists.
  /// - Throws: `SlurmError`, which is `.noSubjects` for an empty list, and what the file system refuses.
  public init(
    _ job: SlurmJob, _ list: WorkList, command: [String], output: String,
    joinResults: @escaping ShardTables.JoinResults
  ) throws {
    guard !list.items.isEmpty else { throw SlurmError.noSubjects(output: output) }
    if let id = (try? SlurmJob(output: output))?.attempts.last?.id {
      guard let queue = try slurm.queue(of: id) else { throw SlurmError.silent(id: id, output: output) }
      guard queue.isEmpty else { throw SlurmError.notEnded(id: id, output: output) }
    }
    self.job = job
    self.list = list
    self.output = output
    tables = ShardTables(output: output, joinResults: joinResults)
    let files = SlurmJob.Files(output: output)
    try FileManager.default.createDirectory(atPath: files.folder, withIntermediateDirectories: true)
    // Rows of an earlier batch must not be taken for this one's.
    try tables.join()
    let subjects = list.items.map { Batch.Subject(name: $0.subject, path: $0.operand) }
    try StatusTable(folder: output).begin(subjects, stage: job.stage, version: job.version)
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

  /// Returns how far the batch is now.
  /// - Throws: `SlurmError.notInstalled`, `StatusTableError`.
  public func progress() throws -> Progress {
    let rows = try rows()
    return Progress(
      states: Dictionary(grouping: rows.values, by: \.state).mapValues(\.count), total: list.items.count,
      queue: try job.attempts.last.flatMap { try slurm.queue(of: $0.id) } ?? nil)
  }

  /// Reads the rows by subject: from the shards' tables, or from the folder's once these are joined.
  private func rows() throws(StatusTableError) -> [String: StatusRow] {
    let rows =
      try job.collected ? StatusTable(folder: output).rows() : tables.rows()
    let names = Set(list.items.map(\.subject))
    return Dictionary(
      rows.filter { $0.stage == job.stage && names.contains($0.subject) }.map { ($0.subject, $0) }
    ) { $1 }
  }

  /// Waits until all tasks have ended, submits those again that ended early, and joins the tables.
  /// - Parameters:
  ///   - interval: seconds between two queries of Slurm.
  ///   - report: called with each event; an error that it throws ends the waiting, not the job.
  /// - Returns: how the batch ended, as for a local batch.
  /// - Throws: `SlurmError`, `StatusTableError`, `VolumeTableError`, and what the file system refuses.
  public mutating func collect(
    interval: Double, report: (Event) throws -> Void = { _ in }
  ) throws -> Batch.Summary {
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

  /// Returns the shards with a subject without a row: their tasks were killed, or never began.
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

  private func summary() throws(StatusTableError) -> Batch.Summary {
    let rows = try rows()
    var summary = Batch.Summary()
    for item in list.items {
      guard let row = rows[item.subject] else { continue }
      if row.isFlagged { summary.flagged += 1 }
      switch row.state {
      case .done: summary.done += 1
      case .skipped: summary.skipped += 1
      case .failed:
        let subject = Batch.Subject(name: item.subject, path: item.operand)
        summary.failures.append(.init(subject: subject, line: "\(item.subject): \(row.reason)"))
      }
    }
    return summary
  }
}
