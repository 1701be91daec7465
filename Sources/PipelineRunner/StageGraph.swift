import Files
import Foundation

/// The stages of a pipeline with their declarations, connected by the files that one writes and another reads.
///
/// Creating it is the check before every run: everything that is known to fail before the first stage has started is an
/// error here.
public struct StageGraph: Sendable {
  /// One stage with what it reads and writes.
  public struct Node: Sendable, Hashable {
    /// The stage.
    public let stage: Pipeline.Stage
    /// Its files.
    public let declaration: StageDeclaration

    /// Everything that the stage writes and that remains after it.
    var products: [String] { declaration.outputs + declaration.updates }
  }

  /// The stages, in the order of the file.
  public let nodes: [Node]
  private let path: String

  /// Declares every stage and checks that they fit together.
  /// - Throws: `PipelineError.usage` where `declare` throws, `.missingInput` and `.unmatchedPattern` for an input that
  ///   neither exists nor is written by an earlier stage, and `.writtenTwice`, `.updatedOutput` and `.outputIsInput` for
  ///   outputs that another stage would replace, or that would make an earlier stage out of date.
  public init(
    _ pipeline: Pipeline, declare: (Pipeline.Stage) throws -> StageDeclaration
  ) throws(PipelineError) {
    self.path = pipeline.path
    var nodes: [Node] = []
    for stage in pipeline.stages {
      do {
        nodes.append(Node(stage: stage, declaration: try declare(stage)))
      } catch {
        throw .usage(path: pipeline.path, line: stage.line, message: "\(error)")
      }
    }
    self.nodes = nodes
    for index in nodes.indices {
      try checkInputs(of: index)
      try checkOutputs(of: index)
    }
  }

  /// The folder that holds all outputs, as deep as possible; the current folder where there are none.
  public var commonFolder: String {
    let folders = nodes.flatMap(\.products).map { NormalPath($0).components.dropLast() }
    guard var common = folders.first else { return "." }
    for folder in folders.dropFirst() {
      let shared = zip(common, folder).prefix { $0 == $1 }.count
      common = common.prefix(shared)
    }
    let here = NormalPath(".").components
    guard common.starts(with: here) else { return "/" + common.joined(separator: "/") }
    return common.count == here.count ? "." : common.dropFirst(here.count).joined(separator: "/")
  }

  private func checkInputs(of index: Int) throws(PipelineError) {
    let (node, earlier) = (nodes[index], nodes[..<index])
    for input in node.declaration.inputs where !FileManager.default.fileExists(atPath: input) {
      if earlier.contains(where: { Self.makes($0, input) }) { continue }
      let maker = nodes[index...].dropFirst().first { Self.makes($0, input) }?.stage.line
      throw .missingInput(path: path, line: node.stage.line, input: input, maker: maker)
    }
    for text in node.declaration.inputPatterns {
      let pattern = FilePattern(text)
      if earlier.contains(where: { $0.products.contains(where: pattern.matches) }) { continue }
      guard pattern.paths().isEmpty else { continue }
      throw .unmatchedPattern(path: path, line: node.stage.line, pattern: text)
    }
  }

  private func checkOutputs(of index: Int) throws(PipelineError) {
    let node = nodes[index]
    let line = node.stage.line
    let own = node.declaration.outputs + node.declaration.temporaries
    var seen: Set<NormalPath> = []
    for output in own where !seen.insert(NormalPath(output)).inserted {
      throw .writtenTwice(path: path, line: line, output: output, earlier: line)
    }
    for other in nodes[..<index] {
      let written = Set((other.declaration.outputs + other.declaration.temporaries).map(NormalPath.init))
      for output in own where written.contains(NormalPath(output)) {
        throw .writtenTwice(path: path, line: line, output: output, earlier: other.stage.line)
      }
    }
    for other in nodes[...index] {
      for output in Self.shared(node, other) + Self.shared(other, node) {
        throw .updatedOutput(path: path, line: line, output: output, other: other.stage.line)
      }
      for output in node.declaration.outputs where Self.reads(other, output) {
        throw .outputIsInput(path: path, line: line, output: output, reader: other.stage.line)
      }
    }
  }

  /// Returns the outputs of one stage to which another adds.
  private static func shared(_ writer: Node, _ updater: Node) -> [String] {
    let updates = Set(updater.declaration.updates.map(NormalPath.init))
    return writer.declaration.outputs.filter { updates.contains(NormalPath($0)) }
  }

  /// Returns whether the stage writes the file, or something in the folder.
  private static func makes(_ node: Node, _ path: String) -> Bool {
    let wanted = NormalPath(path)
    return node.products.contains { NormalPath($0).isWithin(wanted) }
  }

  /// Returns whether the stage reads the file, by its name, by its folder or by a pattern.
  static func reads(_ node: Node, _ path: String) -> Bool {
    let file = NormalPath(path)
    return (node.declaration.inputs + node.declaration.companions).contains { file.isWithin(NormalPath($0)) }
      || node.declaration.inputPatterns.contains { FilePattern($0).matches(path) }
  }
}
