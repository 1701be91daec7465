import Foundation
import PipelineRunner

/// A folder of one test's own, removed when the test lets go of it.
final class Workplace {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "grisea-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func write(_ text: String, to name: String) throws {
    let folder = (self(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: self(name)))
  }

  /// Writes a script that can be run.
  ///
  /// Another process writes the file: a descriptor of ours could live on in a child that a parallel test has
  /// just forked, and the system starts no file that is open for writing.
  func writeProgram(_ text: String, to name: String) throws {
    try write(text, to: name + ".text")
    let result = try execute("/usr/bin/install", ["-m", "755", self(name + ".text"), self(name)])
    guard result.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    try remove(name + ".text")
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: self(name))), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: self(name)) }

  /// Files under it with their contents, by relative path.
  func contents() throws -> [String: String] {
    var contents: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: self(name), isDirectory: &isFolder)
      if exists && !isFolder.boolValue { contents[name] = try read(name) }
    }
    return contents
  }
}

/// Runs a process to its end; the result is its exit status and what it wrote to standard output and error.
func execute(
  _ executable: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
) throws -> (status: Int32, output: String) {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: executable)
  process.arguments = arguments
  process.environment = environment
  if let folder { process.currentDirectoryURL = URL(filePath: folder) }
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// SplitMix64, so that generated cases are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
