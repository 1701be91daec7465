import Foundation

/// Runs `grisea` in the folder as a shell would start it.
extension Workplace {
  /// The folder of the executable, which lies beside the tests' own bundle or above it.
  package static let programs: String? = {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<5 {
      let candidate = folder.appending(path: "grisea")
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
        return folder.path
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }()

  package struct Outcome {
    /// As the shell counts it: 128 and the signal's number where one ended the process.
    package var status: Int32
    package var output, error: [String]
  }

  /// Runs `grisea` in this folder to its end. The words are separated by spaces.
  package func grisea(_ words: String, environment: [String: String] = [:]) throws -> Outcome {
    try run("grisea", words.split(separator: " ").map(String.init), environment: environment)
  }

  /// Runs a program that is found beside `grisea` or on the usual path.
  package func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws
    -> Outcome
  {
    try start(program, arguments, environment: environment).end()
  }

  /// Starts a program that the test wants to interrupt.
  package func start(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws
    -> Started
  {
    guard let folder = Self.programs else {
      throw Program.Failure(description: "no executable named grisea lies beside the tests")
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(filePath: path)
    process.environment = environment.merging(["PATH": "\(folder):/usr/bin:/bin"]) { mine, _ in mine }
    return try Started(process)
  }
}

extension Workplace {
  /// Files under a folder of it without what tells of times and memory: hidden files and tables of states.
  package func results(_ folder: String = "") throws -> [String: Data] {
    try contents(folder).filter { name, _ in
      !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "status.tsv" }
    }
  }

  /// The rows of a table, by its columns; the first line is the columns.
  package func table(_ name: String) throws -> [[String: String]] {
    let lines = String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { first, _ in first } }
  }

  /// `name state` of each row of a table of states, in the order of the names.
  package func states(_ name: String = "out/status.tsv") throws -> [String] {
    try table(name).map { "\($0["subject"] ?? "") \($0["state"] ?? "")" }.sorted()
  }
}

/// A process that runs. What it writes goes to files: a pipe that nobody empties would stop it.
package final class Started {
  private let process: Process
  private let folder: URL

  init(_ process: Process) throws {
    self.process = process
    folder = FileManager.default.temporaryDirectory.appending(path: "grisea-streams-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    for name in ["output", "error"] { try Data().write(to: folder.appending(path: name)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "output"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "error"))
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  package var isRunning: Bool { process.isRunning }

  /// Waits until the condition holds or the process has ended, and sends SIGKILL to it and what it has started:
  /// `Process` gives each process a group of its own.
  package func kill(when condition: () -> Bool) -> Int32 {
    while process.isRunning && !condition() { usleep(100) }
    Foundation.kill(-process.processIdentifier, SIGKILL)
    return status()
  }

  package func end() throws -> Workplace.Outcome {
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
