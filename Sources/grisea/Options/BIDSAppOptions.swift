import ArgumentParser
import Batch
import Segmentation

/// The options that all BIDS Apps have.
struct BIDSAppOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption,
    help: "Process these participants, with or without sub-. (default: all)")
  var participantLabel: [String] = []

  @Option(
    name: [.long, .customLong("session_label")], parsing: .upToNextOption,
    help: "Process these sessions, with or without ses-. (default: all)")
  var sessionLabel: [String] = []

  @Option(
    name: [.customLong("n-cpus"), .customLong("n_cpus")],
    help: "Use this many cores. (default: all of this process)")
  var cpuCount: Int?

  @Option(
    name: [.customLong("mem-mb"), .customLong("mem_mb")],
    help: "Let the whole process hold this many megabytes. (default: the free memory)")
  var megabytes: Int?

  func validate() throws {
    if let cpuCount, cpuCount < 1 {
      throw ValidationError("--n-cpus \(cpuCount): needed a number of at least 1")
    }
    if let megabytes, megabytes < 1 {
      throw ValidationError("--mem-mb \(megabytes): needed a number of at least 1")
    }
  }

  /// The number of cores for all jobs together.
  var cores: Int { cpuCount ?? ThreadOptions.available }

  /// Bytes that the process may hold, as given.
  private var given: Int? {
    megabytes.map { $0.multipliedReportingOverflow(by: 1_000_000) }.map { $1 ? .max : $0 }
  }

  private var available: Int? { given ?? ProcessMemory.availableByteCount }

  /// Returns how the machine is divided for this many scans: each job gets what a scan usually needs.
  func share(of scans: Int) -> MachineShare {
    MachineShare(items: scans, memory: MemoryOptions.usual, cores: cores, available: available)
  }

  /// The memory of each of several jobs.
  /// - Parameters:
  ///   - jobs: `nil` where other machines do the work, whose free memory is not known.
  ///   - scans: the number of scans.
  func memory(jobs: Int?, scans: Int) -> JobMemory {
    let usual = min(MemoryOptions.usual, given ?? .max)
    let limit = jobs.map { jobs in given.map { $0 / jobs } ?? MemoryOptions.share(of: available, jobs: jobs) }
    let option = MemoryOption(
      .megabytes, isGiven: megabytes != nil, jobs: min(scans, cores / MachineShare.threadsPerJob))
    return JobMemory(limit: limit ?? given ?? usual, preferred: usual, option: option)
  }
}
