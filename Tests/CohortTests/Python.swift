import Foundation

/// A Python with NumPy and scikit-learn to ask live: `GRISEA_PYTHON` or `python3`.
enum Python {
  static let hasScikit = (try? numbers("import sklearn, scipy.stats")) != nil
  static let noScikit = "no Python with scikit-learn here; set GRISEA_PYTHON to one"

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// The numbers that a script prints. It finds `np`.
  static func numbers(_ script: String) throws -> [Double] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "script-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "script.py")
    try Data(("import warnings, numpy as np\nwarnings.simplefilter('ignore')\n" + script).utf8).write(
      to: path)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3", path.path]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: String(decoding: message, as: UTF8.self))
    }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
      Double($0)
    }
  }
}
