import Foundation

/// A Python with NumPy and peers of the statistics, to ask them live: `GRISEA_PYTHON` or `python3`.
enum Python {
  static let hasNumPy = (try? numbers("import numpy")) != nil
  static let noNumPy = "no Python with NumPy here; set GRISEA_PYTHON to one"
  static let hasSciPy = (try? numbers("import scipy.stats, scipy.ndimage")) != nil
  static let noSciPy = "no Python with SciPy here; set GRISEA_PYTHON to one"
  static let hasTFCE = (try? numbers("import tfce, tfce.glm")) != nil
  static let noTFCE = "no Python with the package tfce here; set GRISEA_PYTHON to one"
  static let hasNilearn = (try? numbers("import nilearn.mass_univariate")) != nil
  static let noNilearn = "no Python with nilearn here; set GRISEA_PYTHON to one"

  static let hasNibabel = (try? numbers("import nibabel, scipy.ndimage")) != nil
  static let noNibabel = "no Python with nibabel and SciPy here; set GRISEA_PYTHON to one"

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// The numbers that a script prints. It finds `np`, and float32 arrays `x[0]`, `x[1]`, … of a shape with axes i, j, k
  /// where one is given.
  static func numbers(_ script: String, _ arrays: [[Float]] = [], shape: SIMD3<Int>? = nil) throws -> [Double]
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "statistics-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (index, array) in arrays.enumerated() {
      try array.withUnsafeBytes { Data($0) }.write(to: folder.appending(path: "\(index).bin"))
    }
    let axes = shape.map { "(\($0.x), \($0.y), \($0.z))" } ?? "-1"
    let head = """
      import sys, warnings, numpy as np
      warnings.simplefilter("ignore")
      x = [np.fromfile(f"{sys.argv[1]}/{n}.bin", np.float32).reshape(\(axes), order="F") for n in range(\(arrays.count))]

      """
    let file = folder.appending(path: "script.py")
    try Data((head + script).utf8).write(to: file)
    return try output([file.path, folder.path]).split(whereSeparator: \.isWhitespace).compactMap {
      Double($0)
    }
  }

  private static func output(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3"] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: String(decoding: message, as: UTF8.self))
    }
    return String(decoding: data, as: UTF8.self)
  }
}
