import ArgumentParser
import PipelineRunner

extension StageDeclaration {
  /// Reads a line with the command line's own parser, and asks the command that it names.
  init(line stage: Pipeline.Stage) throws {
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
    self = try command.declaration()
  }
}

/// Why a line of a pipeline is no stage.
private struct LineRefused: Error, CustomStringConvertible {
  let description: String
}
