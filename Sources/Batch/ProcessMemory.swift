import Files
import Foundation

/// The memory that this process holds and may hold, as Linux reports it; `nil` where it does not.
public enum ProcessMemory {
  /// The largest resident memory so far, in bytes.
  ///
  /// `ru_maxrss` is not used, because it starts with the memory of the process that started this one.
  public static var peakByteCount: Int? { bytes("VmHWM:", in: "/proc/self/status") }

  /// Bytes that could be allocated now: what the machine has left, or the limit of the control groups and of Slurm,
  /// whichever is less.
  public static var availableByteCount: Int? {
    let machine = bytes("MemAvailable:", in: "/proc/meminfo")
    return ([machine].compactMap { $0 } + limits).min()
  }

  /// Bytes that could be allocated if nothing else ran: the machine's memory, or the limit of the control groups and of
  /// Slurm, whichever is less.
  public static var limitByteCount: Int? {
    let machine = bytes("MemTotal:", in: "/proc/meminfo")
    return ([machine].compactMap { $0 } + limits).min()
  }

  /// The limits of Slurm and of the control groups that contain this process, in bytes.
  private static var limits: [Int] {
    let groups = MemoryLimits.groupFiles(text("/proc/self/cgroup") ?? "").compactMap { file in
      text(file).flatMap(MemoryLimits.limit)
    }
    return [MemoryLimits.slurm(ProcessInfo.processInfo.environment)].compactMap { $0 } + groups
  }

  private static func bytes(_ key: String, in path: String) -> Int? {
    text(path).flatMap { MemoryLimits.bytes(key, in: $0) }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}

/// Reads the texts in which Linux and Slurm report memory. All functions take text, so that they can be tested.
package enum MemoryLimits {
  /// Returns the bytes behind a key of `/proc/meminfo` or `/proc/self/status`, as in `MemTotal:  16384 kB`.
  package static func bytes(_ key: String, in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
    let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    return number.flatMap { product($0, 1024) }
  }

  /// Returns the files with the limits of a process's control groups, from the text of its `/proc/self/cgroup`: those
  /// of its own group and of all groups that contain it, each of which may have a limit of its own (`memory.max` of
  /// version 2, `memory.limit_in_bytes` of version 1).
  ///
  /// The root is among them: inside a container the text may hold the path outside, and the container's own limit is
  /// then that of the root.
  package static func groupFiles(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      if parts[1].isEmpty { return folders(parts[2]).map { "/sys/fs/cgroup\($0)/memory.max" } }
      guard parts[1].split(separator: ",").contains("memory") else { return [] }
      return folders(parts[2]).map { "/sys/fs/cgroup/memory\($0)/memory.limit_in_bytes" }
    }
  }

  /// Returns a path and all folders above it, the root as an empty text: `/a/b`, `/a` and "".
  private static func folders(_ path: Substring) -> [String] {
    var names = path.split(separator: "/").filter { $0 != ".." }
    var folders: [String] = []
    while !names.isEmpty {
      folders.append("/" + names.joined(separator: "/"))
      names.removeLast()
    }
    return folders + [""]
  }

  /// Returns the bytes in a control group's file; `nil` where it says `max`.
  package static func limit(_ text: String) -> Int? {
    let number = text.split(whereSeparator: \.isWhitespace).first.flatMap { UInt64($0) }
    return number.map { Int(clamping: $0) }
  }

  /// Returns the bytes that Slurm gives a job on this machine, from the variables of its environment: `--mem`, or
  /// `--mem-per-cpu` times the job's cores here; `nil` where there is no limit (Slurm writes 0).
  package static func slurm(_ environment: [String: String]) -> Int? {
    let whole = environment["SLURM_MEM_PER_NODE"].flatMap(megabytes)
    let each = environment["SLURM_MEM_PER_CPU"].flatMap(megabytes)
    let shared = each.flatMap { product($0, cores(environment)) }
    return [whole, shared].compactMap { $0 }.filter { $0 > 0 }.min()
  }

  /// Returns the cores of a job on this machine: `SLURM_CPUS_ON_NODE` where Slurm sets it.
  private static func cores(_ environment: [String: String]) -> Int {
    let counts = ["SLURM_CPUS_ON_NODE", "SLURM_CPUS_PER_TASK"].compactMap {
      environment[$0].flatMap { Int($0) }
    }
    return max(1, counts.first ?? 1)
  }

  /// Reads megabytes (2²⁰ bytes) as Slurm writes them, or a number with its unit as a user may set the variable: `4G`.
  private static func megabytes(_ text: String) -> Int? {
    guard let unit = text.last, let power = "KMGT".firstIndex(of: Character(unit.uppercased())) else {
      return Int(text).flatMap { product($0, 1 << 20) }
    }
    let shift = 10 * ("KMGT".distance(from: "KMGT".startIndex, to: power) + 1)
    return Int(text.dropLast()).flatMap { product($0, 1 << shift) }
  }

  /// Returns the product; `nil` where it overflows or is below 0.
  private static func product(_ a: Int, _ b: Int) -> Int? {
    let (value, isTooLarge) = a.multipliedReportingOverflow(by: b)
    return isTooLarge || value < 0 ? nil : value
  }
}
