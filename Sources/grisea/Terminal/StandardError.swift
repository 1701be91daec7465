import Batch
import Files
import Foundation
import Imaging
import PipelineRunner

/// Prints progress and errors, so that standard output holds only results.
enum StandardError {
  /// Prints a line.
  static func print(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// From now on prints the warnings about each file that is read, for all commands.
  /// - Parameter readsHeads: whether the command's images are heads; label maps that are compared may show anything.
  static func showInputWarnings(readsHeads: Bool, isSilent: Bool) {
    InputWarnings.receive { path, warning in
      let isAboutHeads = (warning as? NIfTIWarning)?.isAboutHeads == true
      guard !isSilent, readsHeads || !isAboutHeads else { return }
      // On a terminal the line may hold progress.
      print((isTerminal ? "\r\u{1B}[K" : "") + "\(path): warning: \(warning)")
    }
  }

  /// Whether standard error is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

extension Program {
  /// This executable, by its path.
  static var grisea: Program {
    Program(executable: ExecutablePath.value, version: Grisea.configuration.version)
  }

  /// Returns its version and the hash of its bytes.
  func identity() throws(UnreadableFile) -> ProgramIdentity {
    try ProgramIdentity(version: version, executable: executable)
  }
}

/// The time and the memory that this process has used, for `--verbose`.
struct ProcessUse {
  private let start = ContinuousClock.now

  /// The seconds since the value was created and, where the system reports it, the largest resident memory.
  var sentence: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let time = "took \(String(format: "%.1f", seconds)) s"
    return ProcessMemory.peakByteCount.map { "\(time), peak memory \($0 / 1_000_000) MB" } ?? time
  }
}

/// A command with the options `--quiet` and `--verbose`.
protocol ReportingCommand {
  var reporting: ReportingOptions { get }
}
