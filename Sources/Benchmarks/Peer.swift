import Foundation

/// A Python that has the libraries compared with: the one that GRISEA_PYTHON names, else `python3`.
enum Peer {
  /// The numbers that a script prints, one per line; `nil` where it fails, as it does without its libraries.
  ///
  /// Scripts find `least(body)`, the least time of several calls in seconds.
  static func numbers(_ script: String, _ arguments: [String], repetitions: Int) throws -> [Double]? {
    try lines(preamble(repetitions) + script, arguments)?.compactMap { Double($0) }
  }

  /// The lines that a script prints; `nil` where it fails.
  static func lines(_ script: String, _ arguments: [String]) throws -> [String]? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3"
    process.arguments = [python, "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return text.split(separator: "\n").map(String.init)
  }

  private static func preamble(_ repetitions: Int) -> String {
    """
    import sys, time, numpy
    def least(body):
        times = []
        for _ in range(\(repetitions)):
            start = time.perf_counter(); body(); times.append(time.perf_counter() - start)
        return min(times)

    """
  }
}
