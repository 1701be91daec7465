import Foundation

/// Asks SciPy and NumPy for what they make of the same numbers.
enum SciPy {
  static let isThere = Python.run("import scipy.ndimage") != nil
  static let missing = "no Python with SciPy here; set GRISEA_PYTHON to one"

  /// Runs Python code that finds float64 arrays `x[0]`, `x[1]`, … of the given shape (axes i, j, k) and leaves
  /// its answer in `y`; the answer is read with its first axis fastest.
  static func answer(to code: String, _ arrays: [[Float]], shape: SIMD3<Int>) throws -> [Float] {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for (index, array) in arrays.enumerated() {
      let data = array.withUnsafeBytes { Data($0) }
      try data.write(to: URL(fileURLWithPath: folder.file("\(index).bin")))
    }
    let script = """
      import sys, numpy as np, scipy.ndimage as nd
      folder, count, *shape = sys.argv[1], *map(int, sys.argv[2:])
      x = [np.fromfile(f"{folder}/{n}.bin", np.float32).reshape(shape, order="F").astype(float) for n in range(count)]
      \(code)
      np.asarray(y, np.float32).ravel(order="F").tofile(f"{folder}/y.bin")
      """
    let arguments = [folder.path, "\(arrays.count)", "\(shape.x)", "\(shape.y)", "\(shape.z)"]
    guard Python.run(script, arguments) != nil else { throw Failure(script: code) }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("y.bin")))
    return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  struct Failure: Error { var script: String }
}
