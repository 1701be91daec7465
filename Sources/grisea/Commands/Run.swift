import ArgumentParser
import Files
import Foundation
import PipelineRunner

/// `grisea run PIPELINE`
struct Run: ParsableCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the stages of a pipeline file, those only whose inputs, arguments or outputs changed.",
    discussion: """
      A pipeline file is a shell script of grisea commands and nothing else: what `grisea run FILE --set a=b` \
      writes, `a=b sh -eu FILE` writes too. All lines are checked before the first one runs. Beside the outputs \
      a provenance record is kept, by which unchanged stages are known.

      With --each scan='PATTERN' it is run for each file that matches, each as by --set scan=FILE and apart from the \
      others. ${item} is then what the file's name says without its suffix (sub-01_ses-2), ${subject} and ${session} \
      are parts of it, and ${output} is the folder of --output, where status.tsv and the records go.
      """)

  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(
    help: ArgumentHelp("The value of \"${name}\"; without it, the environment's.", valueName: "name=value"))
  var set: [String] = []

  @Flag(help: "Say for each stage whether it would run and why; run none.")
  var dryRun = false

  @Option(help: "Where to keep the provenance record (default: beside the outputs).")
  var provenance: String?

  @Option(help: ArgumentHelp("Draw the stages and the files between them; run none.", valueName: "svg"))
  var graph: String?

  @OptionGroup var each: EachOptions
  @OptionGroup var executor: ExecutorOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard each.isGiven || (executor.executor == .local && executor.shard == nil) else {
      throw ValidationError("--executor slurm and --shard divide the files of --each")
    }
    guard !each.isGiven || provenance == nil else {
      throw ValidationError("--provenance: with --each the records go to the folder of --output")
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
      try OutputFolder.check(forFile: graph)
      try StageDrawing(runner.graph, title: runner.pipeline.name).write(to: graph)
      return print(graph)
    }
    if dryRun { return print(try Self.forecast(runner) { report("\($0)") }) }
    SignalRelay.install()
    let summary = try runner.run { report("\($0)") }
    report("\(summary)")
    if summary.exitStatus != 0 { throw ExitCode(summary.exitStatus) }
  }

  /// The pipeline's run; of the first file, where it is to be run for each.
  private func runner() throws -> PipelineRunner {
    if each.isGiven {
      return try eachRun.firstRunner()
    }
    let file = try Pipeline(contentsOf: pipeline, variables: PipelineVariables(settings: set))
    return try PipelineRunner(
      file, program: .grisea, recordPath: provenance, declare: StageDeclaration.init(line:))
  }

  /// Two lines for each stage: the command, and whether it would run.
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
