import Foundation
import Imaging
import Testing

/// What nibabel, NumPy and SciPy say about the fixtures (`make_fixtures.py`).
struct Expected: Decodable {
  var files: [File]
  var reorientation: Reorientation
  var resampling: Resampling
  var statistics: Statistics
  var components: Components

  struct File: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var shape: [Int]
    var affine: [Double]
    var qformCode, sformCode: Int
    var qform, sform: [Double]?
    var axes: String
    var voxels: [Double]
    var datatype: String?
    var bigEndian: Bool?

    var path: String { Expected.path(name) }
    var grid: Grid { Expected.grid(shape, affine) }
    var testDescription: String { name }
  }

  struct Reorientation: Decodable {
    var shape: [Int]
    var affine: [Double]
    var voxels: [Float]
    var to: [Turned]
    struct Turned: Decodable {
      var codes: String
      var shape: [Int]
      var affine: [Double]
      var voxels: [Float]
    }
  }

  struct Resampling: Decodable {
    var shape: [Int]
    var affine: [Double]
    var voxels: [Float]
    var onto: [Target]
    struct Target: Decodable {
      var shape: [Int]
      var affine: [Double]
      var linear, nearest: [Float]
    }
  }

  struct Statistics: Decodable {
    var values: [Float]
    var percentiles: [[Double]]
    var mean, deviation: Double
  }

  struct Components: Decodable {
    var shape: [Int]
    var labels: [UInt16]
    var expected: [Count]
    struct Count: Decodable {
      var connectivity, count: Int
      var sizes: [Int]
    }
  }

  static func load() throws -> Expected {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("expected.json")))
    return try JSONDecoder().decode(Expected.self, from: data)
  }

  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
  }

  /// A grid from a shape and three rows of four.
  static func grid(_ shape: [Int], _ rows: [Double]) -> Grid {
    Grid(shape: SIMD3(shape[0], shape[1], shape[2]), affine: affine(rows))
  }

  static func affine(_ m: [Double]) -> Affine {
    Affine(
      i: [m[0], m[4], m[8]], j: [m[1], m[5], m[9]], k: [m[2], m[6], m[10]], origin: [m[3], m[7], m[11]])
  }
}

/// Largest absolute difference, infinite for different counts.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
