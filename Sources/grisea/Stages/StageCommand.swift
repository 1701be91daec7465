import ArgumentParser
import PipelineRunner

/// A subcommand that can be a line of a pipeline: it says what it reads and writes.
protocol StageCommand: ParsableCommand {
  /// The stage's files, from its arguments alone. It must not need them to exist (`StageDeclaration`).
  func declaration() throws -> StageDeclaration
}
