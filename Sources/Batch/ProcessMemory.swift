import Foundation

/// What this process holds and may hold, where the system tells it (Linux).
public enum ProcessMemory {
  /// Bytes resident at most so far.
  ///
  /// Not `ru_maxrss`, which begins with the memory of the process that started this one.
  public static var peakByteCount: Int? { bytes("VmHWM:", in: "/proc/self/status") }

  /// Bytes that could be taken now: what the machine has left, or what the control group of this process allows, as
  /// Slurm and containers set it, whichever is less.
  public static var availableByteCount: Int? {
    let machine = bytes("MemAvailable:", in: "/proc/meminfo")
    return ([machine].compactMap { $0 } + limits).min()
  }

  /// Bytes that could be taken if nothing else ran: all that the machine has, or the control group allows.
  public static var limitByteCount: Int? {
    let machine = bytes("MemTotal:", in: "/proc/meminfo")
    return ([machine].compactMap { $0 } + limits).min()
  }

  /// What Slurm gives its job, and the limits of the control groups that contain this process; none where there are no
  /// limits.
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
