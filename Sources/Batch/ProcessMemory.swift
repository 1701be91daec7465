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
