import Foundation

/// The `grisea` that was built with these tests, run as a user would.
struct Command {
  var status: Int32
  var output: String
  var errors: String

  /// Lines on standard error, without the empty last.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  var outputLines: [String] { output.split(separator: "\n").map(String.init) }

  /// Runs `grisea` with these arguments, in `folder` if given.
  static func run(_ arguments: [String], in folder: String? = nil) throws -> Command {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    // Files, not pipes: a full pipe would block the program while the other one is read.
    let scratch = try TemporaryFolder()
    defer { scratch.remove() }
    process.standardOutput = try scratch.handle("out")
    process.standardError = try scratch.handle("err")
    try process.run()
    process.waitUntilExit()
    return Command(
      status: process.terminationStatus, output: try scratch.text("out"), errors: try scratch.text("err"))
  }

  /// The program beside the test bundle.
  static var executable: URL {
    let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
    let beside = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return beside.deletingLastPathComponent().appendingPathComponent("grisea")
  }
}

/// A folder of its own for one test.
struct TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "grisea-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func names(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted()
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  func handle(_ name: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: file(name), contents: nil)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: file(name)))
  }
}
