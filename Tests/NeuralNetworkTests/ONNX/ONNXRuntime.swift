import Foundation
import NeuralNetwork

/// ONNX's own checker and Microsoft's runtime for it, asked through `GRISEA_PYTHON` or `python3`.
enum ONNXRuntime {
  static let isThere = (try? output(["-c", "import numpy, onnx, onnxruntime"])) != nil
  static let missing = "no Python with onnx and onnxruntime here; set GRISEA_PYTHON to one"

  struct Numbers: Codable {
    var shape: [Int]
    var values: [Double]

    init(_ tensor: Tensor) {
      shape = tensor.shape
      values = tensor.values.map(Double.init)
    }

    var tensor: Tensor { Tensor(shape: shape, values: values.map(Float.init)) }
  }

  /// What they read in a file, and what it computes.
  struct Answer: Decodable {
    var opset, irVersion: Int
    var producer: [String]
    /// Dimensions as texts: a number, or the name of an open one.
    var inputs, outputs: [String: [String]]
    var metadata: [String: String]
    var weights: [String: Numbers]
    /// One for each run.
    var results: [Numbers]
  }

  /// A file and inputs by name for each of its runs.
  struct Job {
    var bytes: [UInt8]
    var runs: [[String: Tensor]]
  }

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// Starts Python once for all files.
  static func run(_ jobs: [Job]) throws -> [Answer] {
    struct Line: Encodable {
      var model: String
      var runs: [[String: Numbers]]
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = try jobs.enumerated().map { index, job in
      let file = folder.appending(path: "\(index).onnx")
      try Data(job.bytes).write(to: file)
      return Line(model: file.path, runs: job.runs.map { $0.mapValues(Numbers.init) })
    }
    let list = folder.appending(path: "jobs.json")
    try JSONEncoder().encode(lines).write(to: list)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "run_onnx.py").path
    return try JSONDecoder().decode([Answer].self, from: output([script, list.path]))
  }

  private static func output(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3"] + arguments
    let (output, error) = (Pipe(), FileManager.default.temporaryDirectory.appending(path: UUID().uuidString))
    try Data().write(to: error)
    defer { try? FileManager.default.removeItem(at: error) }
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let words = String(decoding: try Data(contentsOf: error), as: UTF8.self)
    // The runtime warns, and no more, where the size that it computes is not the one that the file declares.
    guard process.terminationStatus == 0, !words.contains("does not match actual shape") else {
      throw Failure(description: words)
    }
    return data
  }
}
