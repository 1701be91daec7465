import Foundation
import Glibc
import TestSupport

/// A folder on a disk that loses power: what `power_loss.c` has kept of it, and what a restart finds.
struct PowerLoss {
  /// The folder that is watched, by its true path, and that of the copies.
  let watched, durable: String

  static let library = Result {
    try PreloadedLibrary(source: URL(filePath: SampleData.repository("Tests/griseaTests/power_loss.c")))
  }

  /// Whether files here have a time of birth, by which copies are distinguished, and the library can be made.
  static var isPossible: Bool {
    guard (try? library.get()) != nil, let place = try? Workplace() else { return false }
    return key(of: place.path)?.hasSuffix("-0-0") == false
  }

  /// The environment of a process whose files are watched.
  func environment() throws -> [String: String] {
    try Self.library.get().environment(["GRISEA_WATCHED": watched, "GRISEA_DURABLE": durable])
  }

  private typealias Key = @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>, Int) -> Int32

  /// `power_loss_key` of the library: Swift has no interface to the system call that reports times of birth.
  private static let keyFunction: Key? = {
    guard let handle = (try? library.get()).flatMap({ dlopen($0.path, RTLD_NOW) }),
      let symbol = dlsym(handle, "power_loss_key")
    else { return nil }
    return unsafeBitCast(symbol, to: Key.self)
  }()

  /// The words by which `power_loss.c` knows a file or folder.
  private static func key(of path: String) -> String? {
    var text = [CChar](repeating: 0, count: 128)
    guard keyFunction?(path, &text, text.count) == 1 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Makes `target` what a restart may find. Each name and each content that was not forced to the disk is there or not,
  /// by chance, as a file system writes what it was not asked to write in any order: of a file nothing, all, or its
  /// beginning with zeros behind.
  func restore(to target: String, using generator: inout some RandomNumberGenerator) throws {
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
    guard let root = Self.key(of: watched) else { return }
    try restoreFolder(root, watched, to: target, &generator)
  }

  private func restoreFolder(
    _ key: String, _ live: String?, to target: String, _ generator: inout some RandomNumberGenerator
  ) throws {
    let kept = keptNames(of: key)
    var present: [String: String] = [:]
    for name in live.flatMap({ try? FileManager.default.contentsOfDirectory(atPath: $0) }) ?? [] {
      present[name] = Self.key(of: (live ?? "") + "/" + name)
    }
    for name in Set(kept.keys).union(present.keys).sorted() {
      guard let entry = Bool.random(using: &generator) ? kept[name] : present[name] else { continue }
      let source = present[name] == entry ? live.map { $0 + "/" + name } : nil
      let path = target + "/" + name
      if let source, Self.isFolder(source) {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try restoreFolder(entry, source, to: path, &generator)
      } else {
        try content(of: entry, live: source, &generator).write(to: URL(filePath: path))
      }
    }
  }

  private func content(
    of key: String, live: String?, _ generator: inout some RandomNumberGenerator
  ) -> Data {
    let kept = FileManager.default.contents(atPath: durable + "/" + key)
    let present = live.flatMap { FileManager.default.contents(atPath: $0) }
    // What was forced to the disk stays, unless the file has been written to since.
    guard let present, present != kept else { return kept ?? Data() }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: return kept ?? Data()
    case 1: return present
    default:
      // What was appended is lost; what stood before it is not.
      let start = kept.map { present.starts(with: $0) ? $0.count : 0 } ?? 0
      let end = Int.random(in: start...present.count, using: &generator)
      return present.prefix(end) + Data(count: present.count - end)
    }
  }

  private func keptNames(of key: String) -> [String: String] {
    let text = FileManager.default.contents(atPath: durable + "/" + key) ?? Data()
    var names: [String: String] = [:]
    for line in text.split(separator: 0) {
      let parts = String(decoding: line, as: UTF8.self).split(separator: "\t", maxSplits: 1).map(String.init)
      if parts.count == 2 { names[parts[1]] = parts[0] }
    }
    return names
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
