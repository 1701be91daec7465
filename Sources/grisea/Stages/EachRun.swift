import ArgumentParser
import Batch
import Files
import Foundation
import PipelineRunner

/// The runs of `grisea run PIPELINE --each …`: one pipeline for each of many files.
struct EachRun {
  let pipeline: String
  let settings: [String]
  let options: EachOptions
  let executor: ExecutorOptions
  var isSilent = false

  private var output: String { options.output ?? "." }

  private func batch(jobs: Int) throws -> PipelineBatch {
    var plan = PipelineBatch.Plan(
      path: pipeline, variable: try ItemVariable(options.each), settings: settings, output: output)
    if jobs > 1 { plan.environment[ThreadOptions.variable] = "\(max(1, ThreadOptions.available / jobs))" }
    return try PipelineBatch(plan, program: .grisea, declare: StageDeclaration.init(line:))
  }

  /// Returns the run of the first file.
  func firstRunner() throws -> PipelineRunner {
    let (items, unreadable) = try ItemVariable(options.each).items()
    guard let first = items.first else { throw unreadable[0] }
    return try batch(jobs: 1).runner(for: first)
  }

  func run() throws {
    var unreadable: [UnreadableFile] = []
    let all = try executor.all {
      let found = try ItemVariable(options.each).items()
      unreadable = found.unreadable
      return found.items
    }
    let items = executor.share(of: all)
    for fault in unreadable { StandardError.print("\(fault); its files are left out") }
    // The items of a work list were checked when it was written.
    if executor.workList == nil { try batch(jobs: 1).checkOutputs(of: all) }
    try OutputFolder.make(output)
    if executor.submits {
      try submit(items)
    } else {
      try run(items)
    }
    if !unreadable.isEmpty { throw ExitCode.failure }
  }

  private func run(_ items: [WorkList.Item]) throws {
    _ = try StatusTable(folder: output, shard: executor.shard).rows()
    let share = MachineShare(items: items.count, jobs: options.jobs.jobs, memory: try memory(items))
    share.announce(isSilent: isSilent)
    let batch = try batch(jobs: share.jobs.count)
    SignalRelay.install()
    let subjects = batch.plan(items)
    let report = BatchReport("runs of \(batch.name)", subjects, isSilent: isSilent, handlesSignals: false)
    let summary = try batch.run(subjects, jobs: share.jobs, shard: executor.shard) { report.show($0) }
    if SignalRelay.received != 0 { throw ExitCode(128 + SignalRelay.received) }
    try report.finish(summary)
  }

  private func submit(_ items: [WorkList.Item]) throws {
    let request = SlurmRequest(
      threads: min(ThreadOptions.available, MachineShare.threadsPerJob), memory: try memory(items))
    try ClusterRun(output: output, isSilent: isSilent).submit(
      items, stage: batch(jobs: 1).name, request: request, executor)
  }

  /// Returns the largest memory that the stages of the first item declare.
  private func memory(_ items: [WorkList.Item]) throws -> Int? {
    let nodes = try items.first.map { try batch(jobs: 1).runner(for: $0).graph.nodes } ?? []
    return nodes.compactMap(\.declaration.memory).max()
  }

  /// Prints for each item and stage whether it would run and why.
  func forecast() throws {
    let batch = try batch(jobs: 1)
    let all = try executor.all { try ItemVariable(options.each).items().items }
    if executor.workList == nil { try batch.checkOutputs(of: all) }
    for item in executor.share(of: all) {
      print("\(item.subject) (\(item.operand))")
      do {
        print(try Run.forecast(batch.runner(for: item)))
      } catch {
        print("      would fail: \(error)")
      }
    }
  }
}
