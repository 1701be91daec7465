import Foundation
import TestSupport

/// A file system in memory that is full soon; unmounted with the value.
final class SmallDisk {
  let path: String

  /// Why there can be none here; `nil` where there can.
  static let obstacle: String? = {
    guard let place = try? Workplace() else { return "no folder can be made" }
    do {
      _ = try SmallDisk(at: place("disk"), kilobytes: 64)
      return nil
    } catch { return "\(error)" }
  }()

  struct NotMounted: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter path: of the folder that it is mounted on, which is made.
  init(at path: String, kilobytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path])
  }

  deinit { try? Self.run("umount", [path]) }

  /// Makes room.
  func grow(toKilobytes kilobytes: Int) throws {
    try Self.run("mount", ["-o", "remount,size=\(kilobytes)k", path])
  }

  private static func run(_ program: String, _ words: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + words
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw NotMounted(description: "\(program) ended with \(process.terminationStatus)")
    }
  }
}
