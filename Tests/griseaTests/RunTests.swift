import Foundation
import Testing

/// `grisea run` as a process.
struct RunTests {
  /// The executable beside the tests' own.
  static let executable: URL? = {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<5 {
      let candidate = folder.appending(path: "grisea")
      if FileManager.default.isExecutableFile(atPath: candidate.path) && !candidate.hasDirectoryPath {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }()

  /// Runs `grisea run` on a file with this text, in a folder of its own.
  static func run(_ text: String?, _ options: [String] = []) throws -> (
    status: Int32, output: String, error: String
  ) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "grisea-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.map { try Data($0.utf8).write(to: folder.appending(path: "a.pipeline")) }
    let process = Process()
    let (output, error) = (Pipe(), Pipe())
    let program: URL = try #require(Self.executable, "the tests lie beside the executable")
    process.executableURL = program
    process.arguments = ["run", "a.pipeline"] + options
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin"]
    (process.standardOutput, process.standardError) = (output, error)
    try process.run()
    let texts = [output, error].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    return (process.terminationStatus, texts[0], texts[1])
  }

  static let mistakes: [(String, [String], String)] = [
    ("# x\ngrisea segment a | b\n", [], "a.pipeline:2:18: pipes are not part"),
    (
      "grisea segment \"${scan}\"\n", [],
      "a.pipeline:1:17: ${scan} has no value; give it with --set scan=VALUE"
    ),
    ("grisea segment '${scan}'\n", ["--set", "scan=x"], "a.pipeline: does not use ${scan}"),
    ("\ngrisea run --no-such-option x\n", [], "a.pipeline:2: Unknown option '--no-such-option'"),
    ("grisea run x\n", [], "a.pipeline:1: 'grisea run' is not a stage"),
    ("grisea\n", ["--set", "scan"], "--set scan: a setting is written name=value"),
  ]

  @Test("a mistake in a pipeline file is one line on standard error and exit code 64", arguments: mistakes)
  func mistake(text: String, options: [String], message: String) throws {
    let result = try Self.run(text, options)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.error.hasPrefix(message), "\(result.error)")
    #expect(result.error.filter { $0 == "\n" }.count == 1)
  }

  @Test("a pipeline file that is not there is one line on standard error and exit code 1")
  func missingFile() throws {
    let result = try Self.run(nil)
    #expect(result.status == 1)
    #expect(result.error == "a.pipeline: cannot be read: No such file or directory\n")
  }

  @Test("a file without stages does nothing, as the shell would")
  func empty() throws {
    #expect(try Self.run("# nothing yet\n").status == 0)
    #expect(try Self.run("# nothing yet\n", ["--dry-run"]).output.isEmpty)
  }
}
