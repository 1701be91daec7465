import Foundation

/// A process that a test has started.
///
/// Its standard output and error go to files: a pipe that is not emptied would stop it.
package final class Started {
  private let process: Process
  private let folder: URL
  /// Becomes readable when the process ends: the only descriptor for writing is closed then.
  private let end: Pipe

  init(_ process: Process) throws {
    self.process = process
    folder = FileManager.default.temporaryDirectory.appending(path: "grisea-streams-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    for name in ["output", "error"] { try Data().write(to: folder.appending(path: name)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "output"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "error"))
    let end = Pipe()
    self.end = end
    process.terminationHandler = { _ in try? end.fileHandleForWriting.write(contentsOf: [0]) }
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Sends a signal to the process and all that it has started when the condition holds, or lets it end before.
  ///
  /// - Parameters:
  ///   - signal: by default SIGKILL.
  ///   - folder: folder whose changes may make the condition true; the condition is evaluated after each of them.
  /// - Returns: the status, 128 + the signal's number where the process was killed.
  package func kill(
    _ signal: Int32 = SIGKILL, watching folder: String, when condition: () throws -> Bool
  ) throws -> Int32 {
    try FolderEvents(folder).wait(unlessReadable: end.fileHandleForReading.fileDescriptor, until: condition)
    return kill(signal)
  }

  /// Sends SIGKILL to the process and all that it has started after a time, or lets it end before.
  package func kill(after seconds: Double) -> Int32 {
    var ended = pollfd(fd: end.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
    poll(&ended, 1, Int32(1000 * seconds))
    return kill()
  }

  /// `Process` gives each process a group of its own, of which its children are members.
  private func kill(_ signal: Int32 = SIGKILL) -> Int32 {
    Foundation.kill(-process.processIdentifier, signal)
    return status()
  }

  /// Waits for the end of the process.
  package func outcome() throws -> Workplace.Outcome {
    let status = status()
    let lines = try ["output", "error"].map { name in
      String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    return Workplace.Outcome(status: status, output: lines[0], error: lines[1])
  }

  private func status() -> Int32 {
    process.waitUntilExit()
    return (process.terminationReason == .uncaughtSignal ? 128 : 0) + process.terminationStatus
  }
}
