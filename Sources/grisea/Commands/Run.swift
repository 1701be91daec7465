import ArgumentParser
import Files
import Foundation
import PipelineRunner

/// `grisea run PIPELINE`
struct Run: ParsableCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the stages of a pipeline file whose inputs, arguments or outputs have changed.",
    discussion: """
      A pipeline file is a shell script of grisea commands and nothing else: `grisea run FILE --set a=b` and \
      `a=b sh -eu FILE` write the same files. All lines are checked before the first one runs. A provenance record \
      beside the outputs says which stages are unchanged.

      With --each scan='PATTERN' the pipeline runs for each file that matches, isolated from the others, as with --set \
      scan=FILE. ${item} is the file's name without its suffix (sub-01_ses-2), ${subject} and ${session} are parts of it, \
      and ${output} is the folder of --output, where status.tsv and the records go.

      Examples:
        grisea run Pipelines/train.pipeline --dry-run
        grisea run one.pipeline --set scan=sub-01_T1w.nii.gz
        grisea run one.pipeline --each scan='data/*_T1w.nii.gz' --output out
      """)

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(
    help: ArgumentHelp(
      "Set the value of \"${name}\". (default: that of the environment variable)", valueName: "name=value"))
  var set: [String] = []

  @Flag(help: "Print for each stage whether it would run and why, without running it.")
  var dryRun = false

  @Option(help: "Write the provenance record to this file. (default: beside the outputs)")
  var provenance: String?

  @Option(
    help: ArgumentHelp("Draw the stages and the files between them, without running them.", valueName: "svg"))
  var graph: String?

  @OptionGroup(title: "Many files") var each: EachOptions
  @OptionGroup(title: "Cluster") var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard each.isGiven || (executor.executor == .local && executor.shard == nil && executor.workList == nil)
    else {
      throw ValidationError("--executor slurm, --shard and --work-list need --each, whose files they divide")
    }
    guard !each.isGiven || provenance == nil else {
      throw ValidationError(
        "--provenance: leave it out with --each, whose records go to the folder of --output")
    }
  }

  func run() throws {
    do {
      if each.isGiven, graph == nil {
        try dryRun ? eachRun.forecast() : eachRun.run()
      } else {
        try runOnce()
      }
    } catch let error as PipelineError {
      StandardError.print("\(error)")
      throw error.isUsage ? ExitCode.validationFailure : .failure
    }
  }

  private var eachRun: EachRun {
    EachRun(
      pipeline: pipeline, settings: set, options: each, executor: executor, isSilent: reporting.quiet)
  }

  private func runOnce() throws {
    let runner = try runner()
    if let graph {
      try OutputFolder.make(forFile: graph)
      try StageDrawing(runner.graph, title: runner.pipeline.name).write(to: graph)
      return print(graph)
    }
    if dryRun { return print(try Self.forecast(runner) { report("\($0)") }) }
    SignalRelay.install()
    let summary = try runner.run { report("\($0)") }
    report("\(summary)")
    if summary.exitStatus != 0 { throw ExitCode(summary.exitStatus) }
  }

  /// Returns the run of the pipeline; with --each, that of the first file.
  private func runner() throws -> PipelineRunner {
    if each.isGiven {
      return try eachRun.firstRunner()
    }
    let file = try Pipeline(contentsOf: pipeline, variables: PipelineVariables(settings: set))
    return try PipelineRunner(
      file, program: .grisea, recordPath: provenance, declare: StageDeclaration.init(line:))
  }

  /// Returns two lines for each stage: the command, and whether it would run.
  static func forecast(
    _ runner: PipelineRunner, report: (RunEvent) -> Void = { _ in }
  ) throws(PipelineError) -> String {
    let verdicts = try runner.outlook(report: report)
    return zip(runner.graph.nodes, verdicts).enumerated().map { index, pair in
      "[\(index + 1)/\(verdicts.count)] \(pair.0.stage.commandLine)\n      \(pair.1)"
    }.joined(separator: "\n")
  }

  private func report(_ line: String) {
    if !reporting.quiet { StandardError.print(line) }
  }
}
