import Foundation
import Imaging

/// A sliding window: overlapping boxes of one size that cover a grid, and the weights by which their outputs are
/// aggregated.
public struct SlidingWindow: Hashable, Sendable {
  /// Voxels of a window along i, j, k.
  public let tileSize: SIMD3<Int>
  /// First voxel of each window, never negative. If the grid is smaller than a window, the window extends beyond the
  /// grid's end.
  public let origins: [SIMD3<Int>]

  /// Places the windows.
  /// - Parameters:
  ///   - shape: voxels of the grid along i, j, k.
  ///   - tileSize: voxels of a window along i, j, k.
  ///   - overlap: the least share of a window, from 0 to below 1, that its neighbor covers too. Neighbors start at
  ///     least one voxel apart.
  public init(shape: SIMD3<Int>, tileSize: SIMD3<Int>, overlap: Double) {
    precondition(tileSize.min() > 0, "a window needs at least one voxel along each axis")
    precondition((0..<1).contains(overlap), "the overlap must be at least 0 and below 1")
    self.tileSize = tileSize
    let starts = (0..<3).map { Self.starts(length: shape[$0], tile: tileSize[$0], overlap: overlap) }
    origins = starts[2].flatMap { z in starts[1].flatMap { y in starts[0].map { x in SIMD3(x, y, z) } } }
  }

  /// Returns the number of windows without creating them, because a grid that is too large for any memory has too many
  /// windows to list.
  static func count(shape: SIMD3<Int>, tileSize: SIMD3<Int>, overlap: Double) -> Int {
    (0..<3).reduce(1) { $0 * count(length: shape[$1], tile: tileSize[$1], overlap: overlap) }
  }

  private static func count(length: Int, tile: Int, overlap: Double) -> Int {
    guard length > tile else { return 1 }
    let step = step(tile: tile, overlap: overlap)
    return (length - tile + step - 1) / step + 1
  }

  /// Returns the distance of neighboring windows in whole voxels, rounded down, since rounding up could reduce the
  /// overlap below the given share.
  private static func step(tile: Int, overlap: Double) -> Int { max(1, Int(Double(tile) * (1 - overlap))) }

  /// Returns the first voxels along one axis: the least number that the overlap allows, evenly spaced from end to end.
  private static func starts(length: Int, tile: Int, overlap: Double) -> [Int] {
    guard length > tile else { return [0] }
    let count = count(length: length, tile: tile, overlap: overlap)
    return (0..<count).map { Int((Double($0 * (length - tile)) / Double(count - 1)).rounded()) }
  }

  /// Returns the weights along one axis: a Gaussian around the window's center with a standard deviation of an eighth
  /// of its length, never 0, as in nnU-Net (Isensee et al. 2021). Voxels near a window's border have less context. The
  /// weight of a voxel is the product over the axes.
  public static func weights(length: Int) -> [Float] {
    let centre = Double(length - 1) / 2
    let deviation = Double(length) / 8
    return (0..<length).map { index in
      let z = (Double(index) - centre) / deviation
      return Float(max(exp(-z * z / 2), 1e-3))
    }
  }
}

/// The weights of a window, and the positions of its voxels in a grid.
///
/// It is separate from the sums that it adds to, so that these are changed in place. As a method of their owner it
/// would hold a second reference, and each window would copy whole volumes.
struct PatchWeights {
  let grid: Grid
  private let tileSize: SIMD3<Int>
  private let weights: (x: [Float], y: [Float], z: [Float])

  init(grid: Grid, tileSize: SIMD3<Int>) {
    self.grid = grid
    self.tileSize = tileSize
    weights = (
      SlidingWindow.weights(length: tileSize.x), SlidingWindow.weights(length: tileSize.y),
      SlidingWindow.weights(length: tileSize.z)
    )
  }

  /// Number of voxels of a window.
  var tileCount: Int { tileSize.x * tileSize.y * tileSize.z }

  /// Adds weight times value for each voxel of the window at `origin` that lies in the grid.
  /// - Parameter value: returns the value of the voxel at an offset in the window.
  func accumulate(into sum: inout [Float], at origin: SIMD3<Int>, _ value: (Int) -> Float) {
    let shape = grid.shape
    let width = min(tileSize.x, shape.x - origin.x)
    weights.x.withUnsafeBufferPointer { weightsX in
      sum.withUnsafeMutableBufferPointer { sum in
        for z in 0..<min(tileSize.z, shape.z - origin.z) {
          for y in 0..<min(tileSize.y, shape.y - origin.y) {
            let row = tileSize.x * (y + tileSize.y * z)
            let target = grid.offset(origin.x, origin.y + y, origin.z + z)
            let weight = weights.y[y] * weights.z[z]
            for x in 0..<width { sum[target + x] += weight * weightsX[x] * value(row + x) }
          }
        }
      }
    }
  }
}
