import ArgumentParser
import Batch
import Files
import Foundation
import PipelineRunner

/// Submits the batch of a command to Slurm and waits for it.
struct ClusterRun {
  let output: String
  let isSilent: Bool
  /// Whether other work follows in this process, so that only failures are printed at the end.
  var isStep = false

  /// Submits the batch, and waits for it unless it is detached.
  ///
  /// Each task runs the user's own command line; the work list takes the place of its operands.
  /// - Parameters:
  ///   - stage: the name in `status.tsv`.
  ///   - request: the resources of a task, without the user's own options.
  ///   - finishing: words that turn the user's command line into the one that is run when all tasks are done.
  func submit(
    _ items: [WorkList.Item], stage: String, request: SlurmRequest, _ options: ExecutorOptions,
    finishing: [String] = []
  ) throws {
    var request = request
    request.options = options.slurmOptions.split(whereSeparator: \.isWhitespace).map(String.init)
    request.secondsPerSubject = try slowestBefore(stage) ?? request.secondsPerSubject
    var job = SlurmJob(
      stage: stage, version: Grisea.configuration.version,
      shardCount: min(items.count, options.tasks ?? request.taskCount(for: items.count)), request: request)
    let command = [Program.grisea.executable] + CommandLine.arguments.dropFirst()
    if !finishing.isEmpty { job.finish = Array(command.prefix(2)) + finishing + Array(command.dropFirst(2)) }
    let batch = try SlurmBatch(
      job, WorkList(items), command: command, output: output,
      joinResults: SharedVolumeTable.joining(in: output))
    if !isSilent {
      StandardError.print(
        "job \(batch.job.attempts[0].id): \(items.count) subjects in \(job.shardCount) tasks"
          + (options.detach ? "" : "; after an interruption continue with \(continuation)"))
    }
    guard !options.detach else {
      return print("grisea status \(output)\ngrisea collect \(output)")
    }
    try collect(batch)
  }

  /// What goes on with a batch after the waiting process was interrupted.
  private var continuation: String {
    isStep ? "the same command, when the tasks have ended" : "`grisea collect \(output)`"
  }

  /// Waits for a batch that was submitted, joins its tables and prints how it ended. The parts of a voxelwise test
  /// are joined then.
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
        progress.update(now.settled, note: now.queue.map(\.sentence) ?? Slurm.Queue.silence)
      case .repeated(let shards, let id):
        progress.clear()
        if !isSilent {
          StandardError.print("job \(id): submitted \(shards.count) tasks again, which ended early")
        }
      }
    }
    progress.finish()
    if !isStep {
      print("\(summary.done) done, \(summary.skipped) skipped, \(summary.failures.count) failed")
      print(StatusTable(folder: output).path)
    }
    try JoinedTables.write(stages: [batch.job.stage], in: output)
    guard summary.isComplete else {
      for failure in summary.failures { StandardError.print(failure.line) }
      StandardError.print(BatchReport.advice)
      throw ExitCode.failure
    }
    if let command = batch.job.finish { try finish(command, in: batch.job.folder) }
  }

  /// Runs the command that ends a batch in the folder in which it was submitted. It prints what it finds itself.
  /// - Throws: exit code of the command where it is not 0.
  private func finish(_ command: [String], in folder: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(filePath: folder)
    fflush(nil)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
  }

  /// Returns the seconds between two queries: the cluster's controller serves others too, and the tables of a hundred
  /// thousand subjects are megabytes.
  private static func interval(_ subjects: Int) -> Double { min(30, 2 + Double(subjects) / 2000) }

  /// Returns the seconds of the slowest subject in an earlier batch.
  private func slowestBefore(_ stage: String) throws -> Double? {
    try StatusTable(folder: output).rows().filter { $0.stage == stage }.compactMap(\.seconds).max()
  }
}

extension Slurm.Queue {
  /// The counts in a sentence, such as `3 tasks run, 2 wait (Resources)`.
  var sentence: String {
    let wait = waiting == 0 ? "" : ", \(waiting) wait" + (reason.map { " (\($0))" } ?? "")
    return "\(running) tasks run\(wait)"
  }

  /// The sentence where `squeue` does not answer.
  static let silence = "squeue does not answer, so the state of the tasks is not known"
}
