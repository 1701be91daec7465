import Foundation

/// Memory that a piece of work takes at its worst, as Linux counts it.
enum PeakMemory {
  /// Bytes of this process at their peak during `body`, less those before it; NaN where Linux does not tell.
  static func during(_ body: () throws -> Void) throws -> Double {
    // 5: the peak starts anew from what is in use now.
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    let before = try status("VmRSS")
    try body()
    return try status("VmHWM") - before
  }

  private static func status(_ field: String) throws -> Double {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(field + ":") }
    let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
    return (kibibytes ?? .nan) * 1024
  }
}
