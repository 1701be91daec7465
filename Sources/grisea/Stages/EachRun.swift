import ArgumentParser
import Batch
import Files
import Foundation
import PipelineRunner

/// A pipeline run for each of many files: `grisea run PIPELINE --each …`.
struct EachRun {
  let pipeline: String
  let settings: [String]
  let options: EachOptions
  let executor: ExecutorOptions
  var isSilent = false
  /// The command that is due when Slurm has done all, without the program's name.
  var finish: [String] = []

  private var output: String { options.output ?? "." }

  private func batch(jobs: Int) throws -> PipelineBatch {
    var plan = PipelineBatch.Plan(
      path: pipeline, variable: try ItemVariable(options.each), settings: settings, output: output)
    if jobs > 1 { plan.environment[ThreadOptions.variable] = "\(max(1, ThreadOptions.available / jobs))" }
    return try PipelineBatch(plan, program: .grisea, declare: StageDeclaration.init(line:))
  }

  /// The run of the first file.
  func firstRunner() throws -> PipelineRunner {
    let (items, unreadable) = try ItemVariable(options.each).items()
    guard let first = items.first else { throw unreadable[0] }
    return try batch(jobs: 1).runner(for: first)
  }

  func run() throws {
    var unreadable: [UnreadableFile] = []
    let items = try executor.items {
      let found = try ItemVariable(options.each).items()
      unreadable = found.unreadable
      return found.items
    }
    for fault in unreadable { StandardError.print("\(fault); files in it are left out") }
    try OutputFolder.make(output)
    if executor.executor == .slurm {
      try submit(items)
    } else {
      try run(items)
    }
    if !unreadable.isEmpty { throw ExitCode.failure }
  }

  private func run(_ items: [WorkList.Item]) throws {
    _ = try StatusTable(folder: output, shard: executor.shard).rows()
    let share = MachineShare(items: items.count, jobs: options.jobs.jobs, memory: try memory(items))
    share.take(isSilent: isSilent)
    let jobs = share.jobs.count
    let batch = try batch(jobs: jobs)
    SignalRelay.install()
    let tasks = batch.tasks(for: items)
    let report = BatchReport("runs of \(batch.name)", tasks, isSilent: isSilent)
    let summary = try batch.run(tasks, jobs: jobs, shard: executor.shard) { report.tell($0) }
    if SignalRelay.received != 0 { throw ExitCode(128 + SignalRelay.received) }
    try report.finish(summary) { CommandLine.command(forEach: $0.map(\.scan)) }
  }

  private func submit(_ items: [WorkList.Item]) throws {
    let request = SlurmRequest(
      threads: min(ThreadOptions.available, MachineShare.threadsPerJob), memory: try memory(items))
    try ClusterRun(output: output, isSilent: isSilent).submit(
      items, stage: batch(jobs: 1).name, request: request, executor, finish: finish)
  }

  /// What the stages of the first item say that they hold at most.
  private func memory(_ items: [WorkList.Item]) throws -> Int? {
    let nodes = try items.first.map { try batch(jobs: 1).runner(for: $0).graph.nodes } ?? []
    return nodes.compactMap(\.declaration.memory).max()
  }

  /// Says for each item and stage whether it would run and why.
  func forecast() throws {
    let batch = try batch(jobs: 1)
    for item in try executor.items({ try ItemVariable(options.each).items().items }) {
      print("\(item.subject) (\(item.operand))")
      do {
        print(try Run.forecast(batch.runner(for: item)))
      } catch {
        print("      would fail: \(error)")
      }
    }
  }
}

extension CommandLine {
  /// The words of this command with other files for `--each`.
  fileprivate static func command(forEach files: [String]) -> [String] {
    let words = CommandWords(Array(arguments.dropFirst()))
    let name = words.values(of: "--each").first.map { String($0.prefix { $0 != "=" }) } ?? ""
    return ["grisea"] + words.removing(["--each"]).words + files.flatMap { ["--each", "\(name)=\($0)"] }
  }
}
