import Foundation

/// What this process holds and may hold, where the system tells it (Linux).
public enum ProcessMemory {
  /// Bytes resident at most so far.
  ///
  /// Not `ru_maxrss`, which begins with the memory of the process that started this one.
  public static var peakByteCount: Int? { kilobytes("VmHWM:", in: "/proc/self/status").map { $0 * 1024 } }

  /// Bytes that could be taken now: what the machine has left, or what the control group of this process allows, as
  /// Slurm and containers set it, whichever is less.
  public static var availableByteCount: Int? {
    let machine = kilobytes("MemAvailable:", in: "/proc/meminfo").map { $0 * 1024 }
    return ([machine].compactMap { $0 } + limits).min()
  }

  /// Bytes that could be taken if nothing else ran: all that the machine has, or the control group allows.
  public static var limitByteCount: Int? {
    let machine = kilobytes("MemTotal:", in: "/proc/meminfo").map { $0 * 1024 }
    return ([machine].compactMap { $0 } + limits).min()
  }

  /// What Slurm says that its task may take (`--mem`), and limits of the control groups above this process, of version 1
  /// or 2; none where there are no limits.
  private static var limits: [Int] {
    let slurm = ProcessInfo.processInfo.environment["SLURM_MEM_PER_NODE"].flatMap { Int($0) }
    return [slurm].compactMap { $0 }.filter { $0 > 0 }.map { $0 * 1_048_576 } + groupLimits
  }

  private static var groupLimits: [Int] {
    let lines = text("/proc/self/cgroup")?.split(separator: "\n").map(String.init) ?? []
    return lines.compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { return nil }
      switch parts[1] {
      case "": return number("/sys/fs/cgroup" + parts[2] + "/memory.max")
      case "memory": return number("/sys/fs/cgroup/memory" + parts[2] + "/memory.limit_in_bytes")
      default: return nil
      }
    }
  }

  private static func kilobytes(_ key: String, in path: String) -> Int? {
    let line = text(path)?.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  private static func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
