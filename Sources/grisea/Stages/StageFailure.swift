import Foundation
import Imaging
import PipelineRunner

/// Why the run of an item's pipeline ended early.
struct StageFailure: Error, Hashable, CustomStringConvertible {
  /// Names the line of the pipeline, how its stage ended, and what it said last.
  let description: String

  static let interrupted = StageFailure(description: "the run was asked to stop")

  private init(description: String) { self.description = description }

  /// - Parameters:
  ///   - path: of the pipeline.
  ///   - log: what its stages have printed.
  init(stage: Pipeline.Stage, status: Int32, path: String, log: String) {
    let end = status > 128 ? "signal \(status - 128)" : "exit \(status)"
    let said = Self.complaint(in: log, of: stage).map { ": \($0)" } ?? ""
    description = "\(path):\(stage.line): \(stage.arguments.first ?? "") ended with \(end)\(said) (\(log))"
  }

  /// The first line that begins as errors do, with one of the stage's files; else the last line of all.
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
