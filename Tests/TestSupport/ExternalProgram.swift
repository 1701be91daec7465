import Foundation

/// Other programs, run to their end.
package enum ExternalProgram {
  /// A program that could not be started or that reported a failure.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Runs a program and returns what it wrote to standard output.
  ///
  /// - Parameter words: the program, found on `PATH`, and its arguments.
  /// - Throws: `Failure` with the program's standard error if it does not exit with status 0.
  @discardableResult
  package static func output(_ words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    // Standard error goes to a file: of two pipes, one could fill while the other is read.
    let errors = FileManager.default.temporaryDirectory.appending(path: "grisea-errors-\(UUID().uuidString)")
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let message = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
      throw Failure(description: "\(words[0]) ended with status \(process.terminationStatus): \(message)")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Runs a program with an environment of its own; returns its exit status and what it wrote to both streams.
  package static func execute(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = environment
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
