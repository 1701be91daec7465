import Foundation

/// A Python whose packages serve as independent oracles: the program that `GRISEA_PYTHON` names, or `python3`.
package enum Python {
  package static let program = ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3"

  /// Runs a script and returns what it prints.
  package static func run(_ script: String, _ arguments: [String] = []) throws -> String {
    try ExternalProgram.output([program, "-W", "ignore", "-c", script] + arguments)
  }

  /// Returns the numbers that a script prints.
  package static func numbers(_ script: String, _ arguments: [String]) throws -> [Double] {
    try run(script, arguments).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
  }

  /// Returns the numbers that a script prints.
  ///
  /// The script finds NumPy as `np`, and the arrays as `x[0]`, `x[1]`, … in float32.
  /// - Parameter shape: of each array, with axes i, j, k; `nil` for one axis.
  package static func numbers(
    _ script: String, _ arrays: [[Float]] = [], shape: SIMD3<Int>? = nil
  ) throws -> [Double] {
    let folder = try Workplace()
    defer { folder.remove() }
    for (index, array) in arrays.enumerated() {
      try folder.write(array.withUnsafeBytes { Data($0) }, to: "\(index).bin")
    }
    let axes = shape.map { "(\($0.x), \($0.y), \($0.z))" } ?? "-1"
    let head = """
      import sys, numpy as np
      x = [np.fromfile(f"{sys.argv[1]}/{n}.bin", np.float32).reshape(\(axes), order="F") for n in range(\(arrays.count))]

      """
    try folder.write(head + script, to: "script.py")
    return try ExternalProgram.output([program, "-W", "ignore", folder("script.py"), folder.path])
      .split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
  }

  /// Returns the volume that SciPy code computes, its first axis fastest.
  ///
  /// - Parameters:
  ///   - code: finds `nd` (scipy.ndimage) and the arrays as `x[0]`, `x[1]`, … in float64, and leaves its result in `y`.
  ///   - shape: of each array, with axes i, j, k.
  package static func volume(of code: String, _ arrays: [[Float]], shape: SIMD3<Int>) throws -> [Float] {
    let folder = try Workplace()
    defer { folder.remove() }
    for (index, array) in arrays.enumerated() {
      try folder.write(array.withUnsafeBytes { Data($0) }, to: "\(index).bin")
    }
    let script = """
      import sys, numpy as np, scipy.ndimage as nd
      folder, count, *shape = sys.argv[1], *map(int, sys.argv[2:])
      x = [np.fromfile(f"{folder}/{n}.bin", np.float32).reshape(shape, order="F").astype(float) for n in range(count)]
      \(code)
      np.asarray(y, np.float32).ravel(order="F").tofile(f"{folder}/y.bin")
      """
    _ = try run(script, [folder.path, "\(arrays.count)", "\(shape.x)", "\(shape.y)", "\(shape.z)"])
    return try folder.bytes("y.bin").withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }
}
