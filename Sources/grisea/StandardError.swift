import Foundation
import PipelineRunner
import Provenance

/// Where progress and errors go, so that standard output holds results alone.
enum StandardError {
  static func print(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Whether a person reads along.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

extension Program {
  /// This very executable, by its path.
  static var grisea: Program {
    Program(
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0],
      version: Grisea.configuration.version)
  }

  /// Its version, and its bytes.
  func identity() throws(UnreadableFile) -> ProgramIdentity {
    try ProgramIdentity(version: version, executable: executable)
  }
}
