import ArgumentParser
import Foundation
import Imaging

/// One body for many inputs: a bad file costs one line on standard error, never the others' results.
enum Batch {
  /// Calls `body` for each input in turn; if any failed, ends with exit code 1 after the last.
  /// - Parameter progress: shows how many are done, where it is given.
  static func run(_ inputs: [String], progress: Progress? = nil, _ body: (String) throws -> Void) throws {
    var progress = progress
    var failures = 0
    for (index, input) in inputs.enumerated() {
      do {
        try body(input)
      } catch {
        failures += 1
        progress?.finish()
        StandardError.print(line(for: error, of: input))
      }
      progress?.update(index + 1)
    }
    progress?.finish()
    if failures > 0 { throw ExitCode.failure }
  }

  /// As `run`, for inputs whose results are named after their stem in one folder: of two inputs that would
  /// write the same names the second is refused.
  static func runNamed(
    _ inputs: [String], progress: Progress? = nil, _ body: (String, ScanName) throws -> Void
  ) throws {
    var owners: [String: String] = [:]
    try run(inputs, progress: progress) { input in
      let name = ScanName(path: input)
      if let owner = owners[name.stem] { throw SameStem(stem: name.stem, owner: owner) }
      owners[name.stem] = input
      try body(input, name)
    }
  }

  /// `file: reason`; a reason that names its file already, as `NIfTIError` does, is left as it is.
  private static func line(for error: any Error, of input: String) -> String {
    let reason = "\(error)".replacingOccurrences(of: "\n", with: " ")
    return reason.contains(input) ? reason : "\(input): \(reason)"
  }

  private struct SameStem: Error, CustomStringConvertible {
    var stem, owner: String
    var description: String {
      "its results would be named \(stem)_… like those of \(owner); give it another --output"
    }
  }
}
