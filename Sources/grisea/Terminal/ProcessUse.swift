import Batch
import Foundation

/// The time and the memory that this process has used, for `--verbose`.
struct ProcessUse {
  private let start = ContinuousClock.now

  /// The seconds since the value was created and, where the system reports it, the largest resident memory.
  var sentence: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let time = "took \(String(format: "%.1f", seconds)) s"
    return ProcessMemory.peakByteCount.map { "\(time), peak memory \($0 / 1_000_000) MB" } ?? time
  }
}

/// A command with the options `--quiet` and `--verbose`.
protocol ReportingCommand {
  var reporting: ReportingOptions { get }
}
