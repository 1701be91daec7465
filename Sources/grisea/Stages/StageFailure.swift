import Foundation
import Imaging
import PipelineRunner

/// A stage that failed in the run of an item's pipeline.
struct StageFailure: Error, Hashable, CustomStringConvertible {
  /// The line of the pipeline, how its stage ended, and its error message.
  let description: String

  static let interrupted = StageFailure(description: "the run was interrupted")

  private init(description: String) { self.description = description }

  /// Creates the failure of a stage.
  /// - Parameters:
  ///   - path: the path of the pipeline.
  ///   - log: the file with what its stages have printed.
  init(stage: Pipeline.Stage, status: Int32, path: String, log: String) {
    let end = status > 128 ? "signal \(status - 128)" : "exit \(status)"
    let said = Self.complaint(in: log, of: stage).map { ": \($0)" } ?? ""
    description = "\(path):\(stage.line): \(stage.arguments.first ?? "") ended with \(end)\(said) (\(log))"
  }

  /// Returns the first line that begins with one of the stage's files, as errors do; else the last line.
  private static func complaint(in log: String, of stage: Pipeline.Stage) -> String? {
    guard let data = FileManager.default.contents(atPath: log) else { return nil }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    let files = stage.arguments.filter { !$0.isEmpty && !$0.hasPrefix("-") }
    let error = lines.first { line in
      files.contains { line.hasPrefix($0 + ": ") && !line.hasPrefix($0 + ": warning: ") }
    }
    return error ?? lines.last { !$0.allSatisfy(\.isWhitespace) }
  }
}
