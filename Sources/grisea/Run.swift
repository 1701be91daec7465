import ArgumentParser
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

  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    let summary: RunSummary
    do {
      let variables = try PipelineVariables(settings: set)
      let file = try Pipeline(contentsOf: pipeline, variables: variables)
      let runner = try PipelineRunner(
        file, program: .grisea, recordPath: provenance, declare: Self.declaration)
      if dryRun { return try forecast(runner) }
      SignalRelay.install()
      summary = try runner.run { report("\($0)") }
    } catch let error as PipelineError {
      StandardError.print("\(error)")
      throw error.isUsage ? ExitCode.validationFailure : .failure
    }
    report("\(summary)")
    if summary.exitStatus != 0 { throw ExitCode(summary.exitStatus) }
  }

  private func forecast(_ runner: PipelineRunner) throws {
    let verdicts = try runner.outlook { report("\($0)") }
    for (index, (node, verdict)) in zip(runner.graph.nodes, verdicts).enumerated() {
      print("[\(index + 1)/\(verdicts.count)] \(node.stage.commandLine)\n      \(verdict)")
    }
  }

  private func report(_ line: String) {
    if !reporting.quiet { StandardError.print(line) }
  }

  /// Reads a line with the command line's own parser, and asks the command that it names.
  private static func declaration(of stage: Pipeline.Stage) throws -> StageDeclaration {
    let command: any ParsableCommand
    do {
      command = try Grisea.parseAsRoot(stage.arguments)
    } catch {
      throw LineRefused(description: Grisea.message(for: error))
    }
    guard let command = command as? any StageCommand else {
      let name = stage.arguments.first.map { "grisea \($0)" } ?? "grisea"
      throw LineRefused(
        description: "'\(name)' is not a stage; a pipeline holds commands that read and write files")
    }
    return try command.declaration()
  }
}

/// Why a line of a pipeline is no stage.
private struct LineRefused: Error, CustomStringConvertible {
  let description: String
}
