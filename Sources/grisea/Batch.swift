import ArgumentParser
import Foundation
import Imaging

/// One body for many inputs: a bad file costs one line on standard error, never the others' results.
struct Batch {
  private var failures = 0

  /// Writes `file: reason` on standard error.
  ///
  /// A reason that names its file already, as `NIfTIError` does, is left as it is.
  private mutating func report(_ error: any Error, for input: String) {
    failures += 1
    let reason = "\(error)"
    let line = reason.hasPrefix(input + ": ") ? reason : "\(input): \(reason)"
    printError(line.replacingOccurrences(of: "\n", with: " "))
  }

  /// Calls `body` for each input in turn; if any failed, ends with exit code 1 after the last.
  static func run(_ inputs: [String], _ body: (String) throws -> Void) throws {
    var batch = Batch()
    for input in inputs {
      do { try body(input) } catch { batch.report(error, for: input) }
    }
    if batch.failures > 0 { throw ExitCode.failure }
  }

  /// As `run`, for inputs whose results are named after their stem in one folder: of two inputs that would
  /// write the same names the second is refused.
  static func runNamed(_ inputs: [String], _ body: (String, ScanName) throws -> Void) throws {
    var owners: [String: String] = [:]
    try run(inputs) { input in
      let name = ScanName(path: input)
      if let owner = owners[name.stem] { throw SameStem(stem: name.stem, owner: owner) }
      owners[name.stem] = input
      try body(input, name)
    }
  }

  private struct SameStem: Error, CustomStringConvertible {
    var stem, owner: String
    var description: String {
      "its results would be named \(stem)_… like those of \(owner); give it another --output"
    }
  }
}

/// One line on standard error.
func printError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

extension ExitCode {
  /// Wrong usage that shows only when a command runs: one line on standard error, and exit code 64.
  ///
  /// `ValidationError`, thrown from `run()`, would add two lines of usage that help nobody then.
  static func usage(_ line: String) -> ExitCode {
    printError(line)
    return .validationFailure
  }
}

/// The folder that `--output` names.
struct OutputFolder {
  let path: String

  /// Creates the folder if its parent exists; else a usage error (exit 64), before any work.
  init(_ path: String) throws {
    self.path = path
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder) {
      if isFolder.boolValue { return }
      throw ExitCode.usage("\(path): is a file; --output needs a folder")
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard manager.fileExists(atPath: parent) else {
      throw ExitCode.usage("\(path): its parent folder \(parent) does not exist; create it first")
    }
    do { try manager.createDirectory(atPath: path, withIntermediateDirectories: false) } catch {
      throw ExitCode.usage("\(path): cannot be created: \(error.localizedDescription)")
    }
  }

  func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }
}
