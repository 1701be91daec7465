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

  /// How a program ended, and the lines that it wrote to standard output and standard error.
  package struct Outcome {
    /// The exit status; 128 plus the signal's number where a signal ended the process, as in a shell.
    package var status: Int32
    package var output, error: [String]
  }

  /// Runs `grisea` in this folder to its end.
  /// - Parameter words: the arguments, separated by spaces.
  package func grisea(_ words: String, environment: [String: String] = [:]) throws -> Outcome {
    try run("grisea", words.split(separator: " ").map(String.init), environment: environment)
  }

  /// Runs a program that lies beside `grisea` or on the usual path to its end.
  package func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws
    -> Outcome
  {
    try start(program, arguments, environment: environment).outcome()
  }

  /// Starts a program that the test will interrupt.
  package func start(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws
    -> Started
  {
    guard let folder = Self.programs else {
      throw ExternalProgram.Failure(description: "no executable named grisea lies beside the tests")
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = URL(filePath: path)
    process.environment = environment.merging(["PATH": "\(folder):/usr/bin:/bin"]) { mine, _ in mine }
    return try Started(process)
  }
}

/// Reads what `grisea` has written.
extension Workplace {
  /// Returns the files below a folder that do not depend on time and memory: all but hidden files and status tables.
  package func results(_ folder: String = "") throws -> [String: Data] {
    try contents(folder).filter { name, _ in
      !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "status.tsv" }
    }
  }

  /// Returns the rows of a table as cells by column name; the first line names the columns.
  package func table(_ name: String) throws -> [[String: String]] {
    let lines = String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { first, _ in first } }
  }

  /// Returns `name state` for each row of a status table, in the order of the names.
  package func states(_ name: String = "out/status.tsv") throws -> [String] {
    try table(name).map { "\($0["subject"] ?? "") \($0["state"] ?? "")" }.sorted()
  }
}
