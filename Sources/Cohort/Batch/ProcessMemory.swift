import Foundation

/// What this process holds, where the system tells it (Linux).
public enum ProcessMemory {
  /// Bytes resident at most so far.
  ///
  /// Not `ru_maxrss`, which begins with the memory of the process that started this one.
  public static var peakByteCount: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
