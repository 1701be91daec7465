import Foundation

/// A Python with SimpleITK, to ask it live: `GRISEA_PYTHON` or `python3`.
enum Python {
  static let hasSimpleITK = (try? numbers("import SimpleITK, numpy", "")) != nil
  static let noSimpleITK = "no Python with SimpleITK here; set GRISEA_PYTHON to one"

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// The numbers that a script prints, which gets one argument.
  static func numbers(_ script: String, _ argument: String) throws -> [Double] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3", "-c", script, argument,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: script) }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
      Double($0)
    }
  }
}
