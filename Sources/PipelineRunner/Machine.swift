import Foundation

/// The machine of a run, as for a methods section.
public struct Machine: Codable, Sendable, Hashable {
  /// The distribution or the kernel, with its version.
  public let operatingSystem: String
  /// The processor's model name.
  public let processor: String
  /// Logical processors that the run could use.
  public let processorCount: Int

  /// Creates a description.
  public init(operatingSystem: String, processor: String, processorCount: Int) {
    self.operatingSystem = operatingSystem
    self.processor = processor
    self.processorCount = processorCount
  }

  /// This machine; what it does not report is "unknown".
  public static var current: Machine {
    let system = value(of: "PRETTY_NAME", separator: "=", in: "/etc/os-release")
    return Machine(
      operatingSystem: system ?? ProcessInfo.processInfo.operatingSystemVersionString,
      processor: value(of: "model name", separator: ":", in: "/proc/cpuinfo") ?? "unknown",
      processorCount: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Returns the value of the first line `key separator value` of a system file, or `nil` without such a line.
  private static func value(of key: String, separator: Character, in path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where line.hasPrefix(key) {
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2 else { continue }
      return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }
    return nil
  }
}
