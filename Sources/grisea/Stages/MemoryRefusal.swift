import Batch
import Files
import Segmentation

/// The memory that each job of a batch may hold.
struct JobMemory: Hashable, Sendable {
  /// Bytes that a job may hold; scans that need more are refused.
  var limit: Int
  /// Bytes that a job holds where there is a choice: images are seen whole up to it, and the next scan is read ahead.
  var preferred: Int
  /// The option that decides the limit.
  var option: MemoryOption

  /// Returns the bytes that the process holds at most for a scan.
  /// - Parameters:
  ///   - own: bytes for the scan.
  ///   - what: what they are for, for the user.
  ///   - program: bytes for everything else.
  /// - Throws: `MemoryRefusal` if these are more than the limit.
  func need(_ own: Int, for what: String, beside program: Int) throws(MemoryRefusal) -> Int {
    let needed = own + program
    guard needed <= limit else {
      throw MemoryRefusal(
        needed: needed, limit: limit, shares: [.init(what: what, byteCount: own)], option: option)
    }
    return needed
  }
}

/// The option that limits the memory of a job.
struct MemoryOption: Hashable, Sendable {
  /// The spelling of the option.
  enum Name: String, Sendable {
    /// Bytes of each job, as in `--max-memory 4G`.
    case maxMemory = "--max-memory"
    /// Megabytes of the whole process, as in `--mem-mb 8000`.
    case megabytes = "--mem-mb"
  }

  var name: Name
  /// Whether the user has given it; otherwise the limit follows from the machine.
  var isGiven: Bool
  /// The number of jobs that would share a larger limit.
  var jobs: Int

  init(_ name: Name, isGiven: Bool, jobs: Int = 1) {
    self.name = name
    self.isGiven = isGiven
    self.jobs = jobs
  }

  /// Returns the options that allow a job this many bytes, rounded up to 100 MB.
  func words(for byteCount: Int) -> String {
    let megabytes = (byteCount + 99_999_999) / 100_000_000 * 100
    switch name {
    case .maxMemory: return "--max-memory \(megabytes)M"
    // With four cores there is one job, which may hold what the whole process may.
    case .megabytes: return "--mem-mb \(megabytes)" + (jobs > 1 ? " --n-cpus 4" : "")
    }
  }
}

/// A scan that needs more memory than a job may hold: what needs how much, the limit, and what would be enough.
struct MemoryRefusal: Error, Hashable, Sendable {
  /// A part of the memory that is needed, with its bytes.
  struct Share: Hashable, Sendable {
    let what: String
    let byteCount: Int
  }

  let needed, limit: Int
  let shares: [Share]
  let option: MemoryOption
  /// Bytes of the machine or of the job on it; `nil` where the system does not report them.
  let machine: Int?

  init(
    needed: Int, limit: Int, shares: [Share], option: MemoryOption,
    machine: Int? = ProcessMemory.limitByteCount
  ) {
    self.needed = needed
    self.limit = limit
    self.shares = shares
    self.option = option
    self.machine = machine
  }

  /// Creates the refusal of a scan with this processing plan.
  init(_ plan: InferencePlan, limit: Int, option: MemoryOption) {
    self.init(
      needed: plan.peakByteCount, limit: limit,
      shares: [
        Share(what: "the scan's volumes", byteCount: plan.volumeByteCount),
        Share(what: "the network", byteCount: plan.networkByteCount),
      ], option: option)
  }
}

extension MemoryRefusal: CustomStringConvertible {
  var description: String {
    let parts = shares.map { "\(Self.megabytes($0.byteCount)) for \($0.what)" }.joined(separator: ", ")
    let allowed =
      option.isGiven
      ? "\(option.name.rawValue) allows \(Self.megabytes(limit))"
      : "\(Self.megabytes(limit)) are left for a job on this machine"
    return "needs \(Self.megabytes(needed)) of memory" + (parts.isEmpty ? "" : " (\(parts))")
      + ", \(allowed); " + advice
  }

  private var advice: String {
    let enough = "\(option.words(for: needed)) would be enough"
    guard let machine, machine < needed else { return enough }
    return "\(enough), on a machine with more than the \(Self.megabytes(machine)) of this one"
  }

  private static func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
}
