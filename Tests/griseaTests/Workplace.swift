import Foundation
import Testing

/// A folder of one test's own, in which `grisea` runs as a stranger's shell would start it; removed with the value.
final class Workplace {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "grisea-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The folder of the executable, which lies beside the tests' own bundle or above it.
  static let programs: String? = {
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

  struct Outcome {
    /// As the shell counts it: 128 and the signal's number where one ended the process.
    var status: Int32
    var output, error: [String]
  }

  /// Runs `grisea` in this folder to its end. The words are separated by spaces.
  func grisea(_ words: String, environment: [String: String] = [:]) throws -> Outcome {
    try run("grisea", words.split(separator: " ").map(String.init), environment: environment)
  }

  /// Runs a program that is found beside `grisea` or on the usual path.
  func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try start(program, arguments, environment: environment).end()
  }

  /// Starts a program that the test wants to interrupt.
  func start(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Started
  {
    let folder = try #require(Self.programs, "the tests lie beside the executable")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(filePath: path)
    process.environment = environment.merging(["PATH": "\(folder):/usr/bin:/bin"]) { mine, _ in mine }
    return try Started(process)
  }

  /// The path of a file in it.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func write(_ data: Data, to name: String) throws {
    let folder = (self(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try data.write(to: URL(filePath: self(name)))
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func read(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: self(name))) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

  /// All files under a folder of it, by relative path, with their content.
  func contents(_ folder: String = "") throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: self(folder))
    var contents: [String: Data] = [:]
    for name in names {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: self(folder) + "/" + name, isDirectory: &isFolder)
      if exists && !isFolder.boolValue { contents[name] = try read(folder + "/" + name) }
    }
    return contents
  }
}

extension Workplace {
  /// Files under a folder of it without what tells of times and memory: hidden files and tables of states.
  func results(_ folder: String = "") throws -> [String: Data] {
    try contents(folder).filter { name, _ in
      !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "status.tsv" }
    }
  }

  /// The rows of a table, by its columns; the first line is the columns.
  func table(_ name: String) throws -> [[String: String]] {
    let lines = String(decoding: try read(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { first, _ in first } }
  }

  /// `name state` of each row of a table of states, in the order of the names.
  func states(_ name: String = "out/status.tsv") throws -> [String] {
    try table(name).map { "\($0["subject"] ?? "") \($0["state"] ?? "")" }.sorted()
  }
}

/// A process that runs. What it writes goes to files: a pipe that nobody empties would stop it.
final class Started {
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

  var isRunning: Bool { process.isRunning }

  /// Waits until the condition holds or the process has ended, and sends SIGKILL to it and what it has started:
  /// `Process` gives each process a group of its own.
  func kill(when condition: () -> Bool) -> Int32 {
    while process.isRunning && !condition() { usleep(100) }
    Foundation.kill(-process.processIdentifier, SIGKILL)
    return status()
  }

  func end() throws -> Workplace.Outcome {
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
