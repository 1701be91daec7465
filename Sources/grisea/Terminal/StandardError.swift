import Batch
import Files
import Foundation
import Imaging
import PipelineRunner

/// Prints progress and errors, so that standard output holds only results.
enum StandardError {
  /// Prints a line.
  static func print(_ text: String) { write(text + "\n") }

  /// Prints a warning about subjects: their number, what is wrong with them, and the first five names. Prints nothing if
  /// there are none.
  /// - Parameters:
  ///   - words: what is wrong with the subjects, without a verb.
  ///   - subjects: names, which may be repeated.
  ///   - noun: what the names are of.
  static func warn(_ words: String, of subjects: some Sequence<String>, noun: String = "subject") {
    let names = Set(subjects).sorted()
    guard !names.isEmpty else { return }
    print("warning: \(names.count) \(noun)\(names.count == 1 ? "" : "s") \(words): \(list(names))")
  }

  /// Returns the first names of a list, and how many more there are.
  static func list(_ names: [String], first count: Int = 5) -> String {
    let rest = names.count - count
    return names.prefix(count).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// Writes a text. What cannot be written is lost, and ends nothing.
  static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 || (count < 0 && errno == EINTR) else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Opens `/dev/null` in place of standard streams that are closed, as those of a daemon may be. Otherwise the next file
  /// that is opened would take the place, and messages would be written into it.
  static func openMissingStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = open("/dev/null", O_RDWR)
    }
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

/// Standard output, which holds the results.
enum StandardOutput {
  /// Writes what is still buffered.
  /// - Throws: `Failure` if anything could not be written, for example because a disk is full. A reader that has stopped
  ///   reading is no failure.
  static func finish() throws(Failure) {
    guard fflush(nil) != 0, errno != EPIPE else { return }
    throw Failure(reason: errno.systemMessage)
  }

  /// Why the output is not complete.
  struct Failure: Error, CustomStringConvertible {
    let reason: String

    var description: String { "standard output cannot be written: \(reason)" }
  }
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
