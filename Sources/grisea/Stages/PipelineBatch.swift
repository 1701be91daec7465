import Batch
import Files
import Foundation
import PipelineRunner

/// One pipeline run for each of many files, each run isolated from the others: a stage that fails costs its item a row
/// that says why.
///
/// The run of an item is `grisea run PIPELINE --set name=FILE …` to the byte; what differs is where its record and what
/// it prints go: to `provenance/` of the batch's folder, two files for each item.
struct PipelineBatch: Sendable {
  /// What all items share.
  struct Plan: Sendable {
    /// Of the pipeline file, as typed.
    var path: String
    var variable: ItemVariable
    /// `name=value`, as given with `--set`.
    var settings: [String]
    /// The folder of `status.tsv` and of the records, and what `${output}` is in the pipeline.
    var output: String
    /// Environment variables for the stages.
    var environment: [String: String] = [:]

    init(path: String, variable: ItemVariable, settings: [String], output: String) {
      self.path = path
      self.variable = variable
      self.settings = settings
      self.output = output
    }
  }

  let name: String
  private let plan: Plan
  private let text: String
  private let names: Set<String>
  private let program: Program
  private let identity: ProgramIdentity
  private let declare: @Sendable (Pipeline.Stage) throws -> StageDeclaration

  /// Reads the pipeline file.
  /// - Throws: `PipelineError`, and `ItemVariable.Failure` where the file does not use the variable.
  init(
    _ plan: Plan, program: Program, declare: @escaping @Sendable (Pipeline.Stage) throws -> StageDeclaration
  ) throws {
    self.plan = plan
    self.program = program
    self.declare = declare
    text = try Pipeline.text(of: plan.path)
    names = try Pipeline.namesUsed(in: text, path: plan.path)
    guard names.contains(plan.variable.name) else {
      throw ItemVariable.Failure.unused(name: plan.variable.name, path: plan.path)
    }
    identity = try ProgramIdentity(version: program.version, executable: program.executable)
    name = Pipeline.name(of: plan.path)
  }

  private var folder: String { plan.output.joined("provenance") }

  /// Where an item's record is, or will be.
  func record(of subject: String) -> String { folder.joined("\(subject).\(name).json") }

  /// What its stages print, and why one failed.
  func log(of subject: String) -> String { folder.joined("\(subject).\(name).log") }

  /// The settings with which `grisea run` does what is done for this item.
  func settings(for item: WorkList.Item) -> [String] {
    let given = Set(plan.settings.map { String($0.prefix { $0 != "=" }) })
    var values = plan.variable.values(for: item)
    if !given.contains("output") { values["output"] = plan.output }
    return plan.settings
      + values.filter { names.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// The item's run, checked.
  /// - Throws: `PipelineError`.
  func runner(for item: WorkList.Item) throws(PipelineError) -> PipelineRunner {
    let variables = try PipelineVariables(settings: settings(for: item))
    let pipeline = try Pipeline(text, path: plan.path, variables: variables)
    var runner = try PipelineRunner(
      pipeline, program: program, recordPath: record(of: item.subject), identity: identity, declare: declare)
    runner.settingsOfStages = plan.environment
    runner.log = log(of: item.subject)
    return runner
  }

  /// What must be run, and why. Changes nothing.
  ///
  /// Stages that only print have nothing that could be missing: they alone are no reason to run an item again.
  func tasks(for items: [WorkList.Item]) -> [BatchTask] {
    items.map { item in
      let subject = BatchSubject(name: item.subject, scan: item.operand)
      guard FileManager.default.fileExists(atPath: record(of: item.subject)) else {
        return BatchTask(subject, .runs(.neverRan))
      }
      do {
        let verdicts = try runner(for: item).outlook()
        if let reason = Self.reason(verdicts) { return BatchTask(subject, .runs(reason)) }
        return BatchTask(subject, .skips(reason: "unchanged", lines: [record(of: item.subject)]))
      } catch {
        // The same error stops the run, and becomes the item's row then.
        return BatchTask(subject, .runs(.neverRan))
      }
    }
  }

  private static func reason(_ verdicts: [StageVerdict]) -> RunReason? {
    let reasons = verdicts.compactMap { verdict -> RunReason? in
      if case .runs(let reason) = verdict { reason } else { nil }
    }
    if let reason = reasons.first(where: { $0 != .onlyPrints }) { return reason }
    return verdicts.contains(.unchanged) ? nil : .onlyPrints
  }

  /// Runs the pipeline for what the tasks say, `jobs` items at a time.
  /// - Parameters:
  ///   - shard: the part of a divided batch that this is.
  ///   - report: as for `Batch`.
  /// - Throws: `StatusTableError`, and what the file system throws where the folder of records cannot be made.
  func run(
    _ tasks: [BatchTask], jobs: Int, shard: Shard? = nil, report: @escaping @Sendable (BatchEvent) -> Void
  ) throws -> BatchSummary {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let batch = Batch(
      stage: name, version: program.version, status: StatusTable(folder: plan.output, shard: shard))
    return try batch.run(
      tasks, jobs: jobs, isStopped: { SignalRelay.received != 0 },
      body: { try run(WorkList.Item(subject: $0.name, operand: $0.scan)) }, report: report)
  }

  private func run(_ item: WorkList.Item) throws -> BatchProducts {
    let log = log(of: item.subject)
    unlink(log)
    let summary = try runner(for: item).run()
    for row in summary.rows {
      guard case .failed(let status) = row.outcome else { continue }
      throw StageFailure(stage: row.stage, status: status, path: plan.path, log: log)
    }
    guard summary.exitStatus == 0 else { throw StageFailure.interrupted }
    return BatchProducts(
      lines: [record(of: item.subject)], peakByteCount: summary.rows.map(\.peakByteCount).max())
  }
}
