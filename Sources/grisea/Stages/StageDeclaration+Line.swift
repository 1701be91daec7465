import ArgumentParser
import Files
import PipelineRunner

/// A subcommand that can be a line of a pipeline.
protocol StageCommand: ParsableCommand {
  /// Returns the stage's files, from its arguments alone. It must not need them to exist (`StageDeclaration`).
  func declaration() throws -> StageDeclaration
}

extension StageCommand {
  /// Refuses to replace a file that the command reads.
  /// - Throws: `ValidationError`. What else is wrong with the arguments is found when the command runs.
  func refuseReplacedInputs() throws {
    guard let declaration = try? declaration() else { return }
    let inputs = Set(declaration.inputs.map { NormalPath($0) })
    guard let output = declaration.outputs.first(where: { inputs.contains(NormalPath($0)) }) else { return }
    throw ValidationError("\(output): this file is read, and would be replaced; choose another --output")
  }
}

extension StageDeclaration {
  /// Reads a line of a pipeline with the parser of the command line, and returns the declaration of its command.
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

/// Why a line of a pipeline is not a stage.
private struct LineRefused: Error, CustomStringConvertible {
  let description: String
}
