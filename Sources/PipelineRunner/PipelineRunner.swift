import Files
import Foundation

/// Runs the stages of a pipeline in order, each as a process of the same program, and skips those that are up to date.
///
/// It knows no stage: `declare` returns what a command line reads and writes. A run of all stages writes what
/// `sh -eu FILE` writes, and a provenance record; like that, it stops at the first stage that fails.
public struct PipelineRunner {
  /// The pipeline.
  public let pipeline: Pipeline
  /// The stages, checked against each other.
  public let graph: StageGraph
  /// The path of the provenance record.
  public let recordPath: String
  /// Environment variables for the stages in addition to those of the pipeline, such as the number of threads.
  public var settingsOfStages: [String: String] = [:]
  /// A file to which the stages' standard output and error are appended; `nil` for those of this process.
  public var log: String?
  private let program: Program
  private let identity: ProgramIdentity?
  private let declare: (Pipeline.Stage) throws -> StageDeclaration

  /// Checks the whole pipeline (`StageGraph`). Nothing has run and nothing is written when this throws.
  /// - Parameters:
  ///   - recordPath: by default `<pipeline name>.provenance.json` in the folder common to all outputs.
  ///   - identity: that of the program, where it is known already; computing it reads the program.
  ///   - declare: returns the files of a stage.
  public init(
    _ pipeline: Pipeline, program: Program, recordPath: String? = nil, identity: ProgramIdentity? = nil,
    declare: @escaping (Pipeline.Stage) throws -> StageDeclaration
  ) throws(PipelineError) {
    self.pipeline = pipeline
    self.program = program
    self.identity = identity
    self.declare = declare
    graph = try StageGraph(pipeline, declare: declare)
    let name = pipeline.name + ".provenance.json"
    let folder = graph.commonFolder
    let prefix = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
    self.recordPath = recordPath ?? prefix + name
  }

  /// Returns for each stage whether it would run and why. Changes nothing.
  /// - Throws: `PipelineError.unreadable` for a file that exists and cannot be read.
  public func outlook(report: (RunEvent) -> Void = { _ in }) throws(PipelineError) -> [StageVerdict] {
    var session = try RunSession(self, identity: knownIdentity(), report: report)
    var remade: Set<NormalPath> = []
    var verdicts: [StageVerdict] = []
    for node in graph.nodes {
      verdicts.append(open(try session.verdict(on: node), of: node, remade))
      if verdicts.last != .unchanged { remade.formUnion(node.products.map(NormalPath.init)) }
    }
    return verdicts
  }

  /// Runs the stages that are not up to date, and returns how each stage ended.
  ///
  /// The record is written before and after every stage, so that a run that was killed continues where it stopped.
  /// - Throws: `PipelineError.unreadable`, `.notStarted`, `.notRecorded`. A stage that fails is not an error but a row of
  ///   the summary.
  public func run(report: (RunEvent) -> Void = { _ in }) throws(PipelineError) -> RunSummary {
    var session = try RunSession(self, identity: knownIdentity(), report: report)
    var summary = RunSummary()
    for (index, planned) in graph.nodes.enumerated() {
      guard summary.exitStatus == 0 && SignalRelay.received == 0 else {
        summary.rows.append(.init(stage: planned.stage, outcome: .notReached, seconds: 0))
        continue
      }
      let node = try redeclared(planned)
      let (number, count) = (index + 1, graph.nodes.count)
      switch try session.verdict(on: node) {
      case .runs(let reason):
        report(.starts(stage: node.stage, number: number, of: count, reason: reason))
        summary.rows.append(try session.run(node, program: program, log: log, report: report))
      case .unchanged, .mayRun:
        report(.skips(stage: node.stage, number: number, of: count))
        try session.skip(node)
        summary.rows.append(.init(stage: node.stage, outcome: .skipped, seconds: 0))
      }
    }
    summary.signal = SignalRelay.received
    return summary
  }

  /// Returns the stage with its declaration now, when earlier stages have run and patterns match their outputs.
  private func redeclared(_ node: StageGraph.Node) throws(PipelineError) -> StageGraph.Node {
    do {
      return StageGraph.Node(stage: node.stage, declaration: try declare(node.stage))
    } catch {
      throw .usage(path: pipeline.path, line: node.stage.line, message: "\(error)")
    }
  }

  private func knownIdentity() throws(PipelineError) -> ProgramIdentity {
    if let identity { return identity }
    do {
      return try ProgramIdentity(version: program.version, executable: program.executable)
    } catch {
      throw PipelineError(error)
    }
  }

  /// Turns a verdict that depends on files which the run will write again into "may run".
  private func open(
    _ verdict: StageVerdict, of node: StageGraph.Node, _ remade: Set<NormalPath>
  ) -> StageVerdict {
    switch verdict {
    case .unchanged:
      return remadeInput(of: node, remade).map { .mayRun(input: $0) } ?? .unchanged
    case .runs(let reason):
      guard let input = reason.input, remade.contains(NormalPath(input)) else { return verdict }
      return .mayRun(input: input)
    case .mayRun:
      return verdict
    }
  }

  /// Returns the first declared input of which an earlier stage will write something again.
  private func remadeInput(of node: StageGraph.Node, _ remade: Set<NormalPath>) -> String? {
    let declaration = node.declaration
    for input in declaration.inputs + declaration.companions {
      let path = NormalPath(input)
      if remade.contains(where: { $0.isWithin(path) }) { return input }
    }
    return declaration.inputPatterns.first { pattern in
      remade.contains { FilePattern(pattern).matches($0.text) }
    }
  }
}

/// The executable whose subcommands the stages are.
public struct Program: Sendable, Hashable {
  /// The path of the executable.
  public let executable: String
  /// The version of the program.
  public let version: String

  /// Creates a program.
  public init(executable: String, version: String) {
    self.executable = executable
    self.version = version
  }
}
