import Batch
import Foundation

/// What this process has taken, for `--verbose`.
struct ProcessUse {
  private let start = ContinuousClock.now

  /// Seconds since the value was made, and the largest resident memory where the system tells it.
  var sentence: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let time = "took \(String(format: "%.1f", seconds)) s"
    return ProcessMemory.peakByteCount.map { "\(time), peak memory \($0 / 1_000_000) MB" } ?? time
  }
}

/// A command with `--quiet` and `--verbose`.
protocol ReportingCommand {
  var reporting: ReportingOptions { get }
}
