import Files
import Foundation

/// The records of earlier runs, by which it is decided whether a stage is up to date.
struct StageMemory {
  private var stages: [ProvenanceRecord.Stage]

  init(_ record: ProvenanceRecord?) {
    // Later entries win over earlier ones with the same arguments.
    stages = (record?.earlier ?? []) + (record?.stages ?? [])
  }

  /// All recorded files, for `FileHashes`.
  var files: [FileRecord] { stages.flatMap { $0.inputs + $0.outputs } }

  /// Returns the record of a stage with the same arguments.
  func stage(like stage: Pipeline.Stage) -> ProvenanceRecord.Stage? {
    stages.last { $0.arguments == stage.arguments }
  }

  /// Returns the recorded stages that none of these nodes repeats or overwrites.
  func stages(besides nodes: [StageGraph.Node]) -> [ProvenanceRecord.Stage] {
    let arguments = Set(nodes.map(\.stage.arguments))
    let outputs = Set(nodes.flatMap(\.declaration.outputs).map(NormalPath.init))
    return stages.filter { stage in
      stage.isDone && !arguments.contains(stage.arguments)
        && !stage.outputs.contains { outputs.contains(NormalPath($0.path)) }
    }
  }

  /// Compares a stage with its record.
  /// - Parameters:
  ///   - inputs: its inputs as they are now.
  ///   - lost: shared files that were missing when the run began. Each stage that adds to one of them runs again, even
  ///     if another stage has created the file meanwhile.
  func verdict(
    on node: StageGraph.Node, inputs: [FileRecord], program: ProgramIdentity, lost: Set<NormalPath>,
    hashes: inout FileHashes
  ) throws(PipelineError) -> StageVerdict {
    guard !node.products.isEmpty else { return .runs(.onlyPrints) }
    guard let known = stage(like: node.stage) else {
      return .runs(wasMade(node) ? .argumentsChanged : .neverRan)
    }
    guard let status = known.exitStatus else { return .runs(.interrupted) }
    guard status == 0 else { return .runs(.failed(status: status)) }
    guard known.program == program else {
      return .runs(.programChanged(from: known.program.version, to: program.version))
    }
    if let reason = RunReason.difference(known.inputs, inputs) { return .runs(reason) }
    for update in node.declaration.updates where lost.contains(NormalPath(update)) {
      return .runs(.outputMissing(update))
    }
    return try verdict(onOutputsOf: node, known: known, hashes: &hashes)
  }

  private func verdict(
    onOutputsOf node: StageGraph.Node, known: ProvenanceRecord.Stage, hashes: inout FileHashes
  ) throws(PipelineError) -> StageVerdict {
    let outputs = node.declaration.outputs.flatMap(FileHashes.files)
    do {
      return try RunReason.loss(of: outputs, recorded: known.outputs, hashes: &hashes).map { .runs($0) }
        ?? .unchanged
    } catch {
      throw PipelineError(error)
    }
  }

  /// Whether a stage with other arguments wrote one of these outputs.
  private func wasMade(_ node: StageGraph.Node) -> Bool {
    let outputs = Set(node.declaration.outputs.map(NormalPath.init))
    return stages.contains { $0.outputs.contains { outputs.contains(NormalPath($0.path)) } }
  }
}

/// Whether a stage runs, and why.
public enum StageVerdict: Sendable, Hashable {
  /// Inputs, arguments, program and outputs are as recorded.
  case unchanged
  /// It runs, for this reason.
  case runs(RunReason)
  /// Only in a dry run: an earlier stage will write this input again, perhaps with the same content.
  case mayRun(input: String)
}

extension StageVerdict: CustomStringConvertible {
  /// The text for the user.
  public var description: String {
    switch self {
    case .unchanged: "unchanged"
    case .runs(let reason): "would run: \(reason)"
    case .mayRun(let input): "may run: input \(input) will be written again"
    }
  }
}
