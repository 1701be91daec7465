import ArgumentParser
import Foundation

/// `--threads`
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many processor cores to use (default: all that this process may use).", valueName: "count"))
  var threads: Int?

  func validate() throws {
    guard let threads, threads < 1 else { return }
    throw ValidationError("--threads \(threads): the number of threads is at least 1")
  }

  /// The number asked for, else one for each core that the process may use (`taskset` and Slurm narrow them).
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }
}

/// `--seed`
struct SeedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where randomness begins: the same seed and number of threads give the same result.",
      valueName: "number"))
  var seed: UInt64 = 0
}

/// `--quiet`
struct ReportingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print errors and results only, no progress.")
  var quiet = false
}
