import Foundation
import Imaging
import PipelineRunner
import Provenance

/// Where progress and errors go, so that standard output holds results alone.
enum StandardError {
  static func print(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// From now on prints what is doubtful about each file that is read, for all commands.
  /// - Parameter readsHeads: whether the command's images are heads; label maps that are compared may be of anything.
  static func showInputWarnings(readsHeads: Bool, isSilent: Bool) {
    InputWarnings.receive { path, warning in
      let isAboutHeads = (warning as? NIfTIWarning)?.isAboutHeads == true
      guard !isSilent, readsHeads || !isAboutHeads else { return }
      // On a terminal progress may stand in the line.
      print((isTerminal ? "\r\u{1B}[K" : "") + "\(path): warning: \(warning)")
    }
  }

  /// Whether a person reads along.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

extension Program {
  /// This very executable, by its path.
  static var grisea: Program {
    Program(executable: ExecutablePath.value, version: Grisea.configuration.version)
  }

  /// Its version, and its bytes.
  func identity() throws(UnreadableFile) -> ProgramIdentity {
    try ProgramIdentity(version: version, executable: executable)
  }
}
