import ArgumentParser
import Batch
import Files
import Foundation
import PipelineRunner

/// A batch handed to Slurm by a command, and the waiting for it.
struct ClusterRun {
  let output: String
  let isSilent: Bool

  /// Hands the batch over, and waits for it unless it is detached.
  /// - Parameters:
  ///   - stage: as `status.tsv` calls it.
  ///   - operands: of this command; the work list takes their place.
  ///   - request: its options are still to come.
  ///   - finish: the command that is due when all is done, without the program's name.
  func submit(
    _ items: [WorkList.Item], stage: String, operands: [String] = [], request: SlurmRequest,
    _ options: ExecutorOptions, finish: [String] = []
  ) throws {
    var request = request
    request.options = options.slurmOptions.split(whereSeparator: \.isWhitespace).map(String.init)
    request.secondsPerSubject = try known(stage) ?? request.secondsPerSubject
    var job = SlurmJob(
      stage: stage, version: Grisea.configuration.version,
      shardCount: min(items.count, options.tasks ?? request.taskCount(for: items.count)), request: request)
    job.finish = finish
    let batch = try SlurmBatch(
      job, WorkList(items), command: command(without: operands), output: output,
      joinResults: SharedVolumeTable.joining(in: output))
    if !isSilent {
      StandardError.print(
        "job \(batch.job.attempts[0].id): \(items.count) subjects in \(job.shardCount) tasks"
          + (options.detach ? "" : "; if this is stopped, `grisea collect \(output)` goes on waiting"))
    }
    guard !options.detach else {
      return print("grisea status \(output)\ngrisea collect \(output)")
    }
    try collect(batch)
  }

  /// Waits for a batch that was handed over, joins its tables, tells how it ended, and does what is due then.
  /// - Throws: exit code 1 where something failed.
  func collect(_ batch: SlurmBatch) throws {
    var batch = batch
    var progress = Progress("subjects done", total: 0, isSilent: true)
    var begun = false
    let summary = try batch.collect(interval: Self.interval(batch.subjectCount)) { event in
      switch event {
      case .progress(let now):
        if !begun { progress = Progress("subjects done", total: now.total, isSilent: isSilent) }
        begun = true
        progress.update(now.settled, note: now.queue.map(\.sentence) ?? "Slurm does not answer")
      case .repeated(let shards, let id):
        progress.clear()
        if !isSilent { StandardError.print("job \(id): repeats \(shards.count) tasks that ended early") }
      }
    }
    progress.finish()
    print("\(summary.done) done, \(summary.skipped) skipped, \(summary.failures.count) failed")
    print(StatusTable(folder: output).path)
    guard !summary.isComplete else { return try finish(batch.job) }
    for failure in summary.failures { StandardError.print(failure.line) }
    StandardError.print("the same command again does what failed, and nothing else")
    throw ExitCode.failure
  }

  /// Does what is left to do when all subjects are done, where the tasks ran.
  private func finish(_ job: SlurmJob) throws {
    guard !job.finish.isEmpty else { return }
    guard chdir(job.folder) == 0 else { throw UnreadableFile(path: job.folder, code: errno) }
    var command = try Grisea.parseAsRoot(job.finish)
    try command.run()
  }

  /// Seconds between two looks at queue and tables: the cluster's controller serves others too, and a hundred thousand
  /// rows are megabytes.
  private static func interval(_ subjects: Int) -> Double { min(30, 2 + Double(subjects) / 2000) }

  /// What the slowest subject took before, where there was one.
  private func known(_ stage: String) throws -> Double? {
    try StatusTable(folder: output).rows().filter { $0.stage == stage }.compactMap(\.seconds).max()
  }

  /// The program, by its path, and the words of this command that a task needs.
  private func command(without operands: [String]) -> [String] {
    let words = CommandWords(Array(CommandLine.arguments.dropFirst()))
      .removing(ExecutorOptions.own.options, flags: ExecutorOptions.own.flags).words
    let known = Set(operands)
    return [Program.grisea.executable] + words.filter { !known.contains($0) }
  }
}

extension Slurm.Queue {
  /// As in `3 tasks run, 2 wait (Resources)`.
  var sentence: String {
    let wait = waiting == 0 ? "" : ", \(waiting) wait" + (reason.map { " (\($0))" } ?? "")
    return "\(running) tasks run\(wait)"
  }
}
