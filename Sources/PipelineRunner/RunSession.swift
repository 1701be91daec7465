import Files
import Foundation

/// The state of a run: the records of earlier runs, hashes, and the record that it writes.
struct RunSession {
  private let recordPath: String
  private let identity: ProgramIdentity
  private let environment: [String: String]
  private let memory: StageMemory
  private var hashes: FileHashes
  private var record: ProvenanceRecord
  /// Shared files that were missing when the run began.
  private let lost: Set<NormalPath>

  init(
    _ runner: PipelineRunner, identity: ProgramIdentity, report: (RunEvent) -> Void
  ) throws(PipelineError) {
    var old: ProvenanceRecord?
    do {
      old = try ProvenanceRecord.read(runner.recordPath)
    } catch {
      report(.unreadableRecord(path: runner.recordPath, reason: "\(error)"))
    }
    let nodes = runner.graph.nodes
    let updates = nodes.flatMap(\.declaration.updates)
    let memory = StageMemory(old)
    lost = Set(updates.filter { FileSignature(ofFile: $0) == nil }.map(NormalPath.init))
    self.memory = memory
    self.identity = identity
    recordPath = runner.recordPath
    environment = runner.pipeline.variables.exported.merging(runner.settingsOfStages) { _, mine in mine }
    hashes = FileHashes(remembering: memory.files)
    record = ProvenanceRecord(pipeline: runner.pipeline)
    record.earlier = memory.stages(besides: nodes)
    // Until it runs, each stage stays in the record as it was. A stage that added to a file which is missing now counts
    // as interrupted from here on: if this run were killed after another stage has created the file again, the next run
    // would not see that it had been missing.
    record.stages = nodes.compactMap { node in
      guard var stage = memory.stage(like: node.stage) else { return nil }
      let isLost = node.declaration.updates.contains { lost.contains(NormalPath($0)) }
      if isLost && stage.isDone { stage.exitStatus = nil }
      return stage
    }
  }

  /// Returns whether the stage must run, as far as is known now.
  mutating func verdict(on node: StageGraph.Node) throws(PipelineError) -> StageVerdict {
    let inputs = try hashes.found(inputs(of: node))
    return try memory.verdict(on: node, inputs: inputs, program: identity, lost: lost, hashes: &hashes)
  }

  /// Runs a stage and records it.
  mutating func run(
    _ node: StageGraph.Node, program: Program, log: String?, report: (RunEvent) -> Void
  ) throws(PipelineError) -> RunSummary.Row {
    var entry = ProvenanceRecord.Stage(
      line: node.stage.line, command: node.stage.commandLine, arguments: node.stage.arguments,
      program: identity,
      machine: .current, started: Date(), inputs: try hashes.found(inputs(of: node)), outputs: [],
      updates: node.declaration.updates)
    try put(entry)
    let clock = ContinuousClock()
    let start = clock.now
    let end = try StageProcess.run(
      program.executable, arguments: node.stage.arguments, environment: environment, log: log)
    let seconds = (clock.now - start) / .seconds(1)
    entry.ended = Date()
    entry.seconds = (seconds * 1000).rounded() / 1000
    entry.exitStatus = end.status
    if end.status == 0 { entry.outputs = try outputs(of: node, report: report) }
    try put(entry)
    return .init(
      stage: node.stage, outcome: end.status == 0 ? .done : .failed(end.status), seconds: seconds,
      peakByteCount: end.peakByteCount)
  }

  /// Records a stage that is up to date, with the present state of its files.
  mutating func skip(_ node: StageGraph.Node) throws(PipelineError) {
    guard var entry = memory.stage(like: node.stage) else { return }
    entry.line = node.stage.line
    entry.inputs = try hashes.found(entry.inputs.map(\.path))
    entry.outputs = try hashes.found(entry.outputs.map(\.path))
    try put(entry)
  }

  private mutating func outputs(
    of node: StageGraph.Node, report: (RunEvent) -> Void
  ) throws(PipelineError) -> [FileRecord] {
    let outputs = try hashes.found(node.declaration.outputs.flatMap(FileHashes.files))
    for output in outputs where output.hash == nil {
      report(.outputNotWritten(stage: node.stage, output: output.path))
    }
    return outputs
  }

  /// Returns all files that the stage reads, each once, without the record itself, which a folder may hold.
  private func inputs(of node: StageGraph.Node) -> [String] {
    let matches = node.declaration.inputPatterns.flatMap { FilePattern($0).paths() }
    // One that does not exist is left out, so that it counts as a new input when it appears.
    let companions = node.declaration.companions.filter { FileSignature(ofFile: $0) != nil }
    let own = NormalPath(recordPath)
    var seen: Set<NormalPath> = [own]
    return (node.declaration.inputs + matches + companions).flatMap(FileHashes.files).filter {
      seen.insert(NormalPath($0)).inserted
    }
  }

  /// Adds a stage to the record, in the order of the file, and writes the record.
  ///
  /// Its folder is not created: a stage that fails without the folder must fail.
  private mutating func put(_ entry: ProvenanceRecord.Stage) throws(PipelineError) {
    record.stages.removeAll { $0.arguments == entry.arguments }
    let place = record.stages.firstIndex { $0.line > entry.line } ?? record.stages.count
    record.stages.insert(entry, at: place)
    let folder = NormalPath(recordPath + "/..").text
    guard FileManager.default.fileExists(atPath: folder) else { return }
    try record.write(recordPath)
  }
}
