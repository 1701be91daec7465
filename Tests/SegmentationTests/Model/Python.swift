import Foundation

/// A Python with the reference implementation of the safetensors format: `GRISEA_PYTHON` or `python3`.
enum Python {
  static let hasSafeTensors = run("import numpy, safetensors.numpy") != nil

  /// What the script writes to standard output, or `nil` where it fails or there is no Python.
  static func run(_ script: String, _ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
