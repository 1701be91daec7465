import Foundation

/// A Python with SciPy or SimpleITK, to ask them live: `GRISEA_PYTHON` or `python3`.
enum Python {

  static let hasSimpleITK = run("import SimpleITK, numpy") != nil

  /// What the script prints; `nil` where it fails.
  static func run(_ script: String, _ arguments: [String] = []) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3", "-c", script,
      ] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  /// The numbers that the script prints.
  static func numbers(_ script: String, _ arguments: [String] = []) -> [Double]? {
    run(script, arguments)?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
  }
}
