import Foundation

/// What this process has taken, for `--verbose`.
struct ProcessUse {
  private let start = ContinuousClock.now

  /// Seconds since the value was made, and the largest resident memory where the system tells it.
  var sentence: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let time = "took \(String(format: "%.1f", seconds)) s"
    return Self.peakKibibytes.map { "\(time), peak memory \($0 * 1024 / 1_000_000) MB" } ?? time
  }

  /// Not `ru_maxrss`, which begins with the memory of the process that started this one.
  private static var peakKibibytes: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }
}

/// A command with `--quiet` and `--verbose`.
protocol ReportingCommand {
  var reporting: ReportingOptions { get }
}
