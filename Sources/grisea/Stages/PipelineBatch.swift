import Batch
import Files
import Foundation
import PipelineRunner

/// Runs one pipeline for each of many files. Each run is isolated from the others: a stage that fails costs its item a row
/// that says why.
///
/// The run of an item writes what `grisea run PIPELINE --set name=FILE …` writes, to the byte. Its record and what it
/// prints go to `provenance/` of the output folder, two files for each item.
struct PipelineBatch: Sendable {
  /// What all items share.
  struct Plan: Sendable {
    /// The path of the pipeline file, as typed.
    var path: String
    var variable: ItemVariable
    /// `name=value`, as given with `--set`.
    var settings: [String]
    /// The folder of `status.tsv` and of the records, and the value of `${output}` in the pipeline.
    var output: String
    /// Environment variables for the stages.
    var environment: [String: String] = [:]
  }

  /// The stage's name in `status.tsv`: that of the pipeline.
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

  /// Returns the path of an item's record.
  func record(of subject: String) -> String { folder.joined("\(subject).\(name).json") }

  /// Returns the path of what an item's stages print.
  func log(of subject: String) -> String { folder.joined("\(subject).\(name).log") }

  /// Returns the settings for `--set` that make `grisea run` the run of this item.
  func settings(for item: WorkList.Item) -> [String] {
    let given = Set(plan.settings.map { String($0.prefix { $0 != "=" }) })
    var values = plan.variable.values(for: item)
    if !given.contains("output") { values["output"] = plan.output }
    return plan.settings
      + values.filter { names.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Returns the run of an item, checked.
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

  /// Refuses items whose runs would write the same file, because the results of one would replace those of the other.
  /// A file to which several stages may add, such as a table, is allowed.
  ///
  /// An item whose run is refused for another reason is left out: it gets a row with that reason.
  func checkOutputs(of items: [WorkList.Item]) throws(ItemVariable.Failure) {
    var owners: [NormalPath: String] = [:]
    for item in items {
      guard let nodes = try? runner(for: item).graph.nodes else { continue }
      for output in nodes.flatMap(\.declaration.outputs) {
        guard let owner = owners.updateValue(item.operand, forKey: NormalPath(output)) else { continue }
        throw .sameOutput(owner, item.operand, output: output)
      }
    }
  }

  /// Decides which items must be run, and why. Changes nothing.
  ///
  /// Stages that only print have no outputs that could be missing: they alone are no reason to run an item again.
  func plan(_ items: [WorkList.Item]) -> [Batch.Subject] {
    items.map { item in
      let record = record(of: item.subject)
      var subject = Batch.Subject(name: item.subject, path: item.operand)
      subject.results = [record]
      guard FileManager.default.fileExists(atPath: record) else { return subject }
      // An error here stops the run too, and becomes the item's row then.
      guard let verdicts = try? runner(for: item).outlook() else { return subject }
      subject.plan = Self.reason(verdicts).map { .runs($0) } ?? .skips(reason: "unchanged")
      return subject
    }
  }

  private static func reason(_ verdicts: [StageVerdict]) -> RunReason? {
    let reasons = verdicts.compactMap { verdict -> RunReason? in
      if case .runs(let reason) = verdict { reason } else { nil }
    }
    if let reason = reasons.first(where: { $0 != .onlyPrints }) { return reason }
    return verdicts.contains(.unchanged) ? nil : .onlyPrints
  }

  /// Runs the pipeline for the planned items, several at the same time.
  /// - Parameter shard: the shard of the batch that this process does; `nil` for all of it.
  /// - Throws: `StatusTableError`, and what the file system throws where the folder of records cannot be created.
  func run(
    _ subjects: [Batch.Subject], jobs: JobShare, shard: Shard? = nil,
    report: @escaping @Sendable (Batch.Event) -> Void
  ) throws -> Batch.Summary {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var batch = Batch(
      subjects, version: program.version, status: StatusTable(folder: plan.output, shard: shard))
    batch.overlaps = false
    batch.isStopped = { SignalRelay.received != 0 }
    return try batch.run(jobs: jobs, { steps }, named: name, report: report)
  }

  private var steps: Stage<WorkList.Item, Batch.Products> {
    Stage(
      name: name, read: { subject, _ in WorkList.Item(subject: subject.name, operand: subject.path) },
      work: run, write: { _, products in products })
  }

  private func run(_ item: WorkList.Item) throws -> Batch.Products {
    let log = log(of: item.subject)
    unlink(log)
    let summary = try runner(for: item).run()
    for row in summary.rows {
      guard case .failed(let status) = row.outcome else { continue }
      throw StageFailure(stage: row.stage, status: status, path: plan.path, log: log)
    }
    guard summary.exitStatus == 0 else { throw StageFailure.interrupted }
    return Batch.Products(
      lines: [record(of: item.subject)], peakByteCount: summary.rows.map(\.peakByteCount).max())
  }
}
