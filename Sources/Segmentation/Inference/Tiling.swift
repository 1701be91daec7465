import Foundation

/// Overlapping boxes of one size that cover a grid, and the weights by which their results are blended.
public struct Tiling: Hashable, Sendable {
  /// Voxels of a tile along i, j, k.
  public let tileSize: SIMD3<Int>
  /// First voxel of each tile. Negative along no axis; where the grid is smaller than a tile, the tile reaches
  /// past its end.
  public let origins: [SIMD3<Int>]

  /// - Parameter overlap: the least share of a tile, 0 up to but not 1, that its neighbour covers too, as far as
  ///   whole voxels allow: neighbours begin at least one voxel apart.
  public init(shape: SIMD3<Int>, tileSize: SIMD3<Int>, overlap: Double) {
    precondition(tileSize.min() > 0, "a tile has at least one voxel along each axis")
    precondition((0..<1).contains(overlap), "tiles overlap by a share from 0 up to 1, not 1 itself")
    self.tileSize = tileSize
    let starts = (0..<3).map { Self.starts(length: shape[$0], tile: tileSize[$0], overlap: overlap) }
    origins = starts[2].flatMap { z in starts[1].flatMap { y in starts[0].map { x in SIMD3(x, y, z) } } }
  }

  /// How many tiles there would be, without making them: of a grid that no memory holds they are too many to be listed.
  static func count(shape: SIMD3<Int>, tileSize: SIMD3<Int>, overlap: Double) -> Int {
    (0..<3).reduce(1) { $0 * count(length: shape[$1], tile: tileSize[$1], overlap: overlap) }
  }

  private static func count(length: Int, tile: Int, overlap: Double) -> Int {
    guard length > tile else { return 1 }
    let step = step(tile: tile, overlap: overlap)
    return (length - tile + step - 1) / step + 1
  }

  /// A whole number of voxels, rounded down: else rounded starts could lie further apart than the overlap allows.
  private static func step(tile: Int, overlap: Double) -> Int { max(1, Int(Double(tile) * (1 - overlap))) }

  /// As few as the overlap allows, evenly spread from end to end.
  private static func starts(length: Int, tile: Int, overlap: Double) -> [Int] {
    guard length > tile else { return [0] }
    let count = count(length: length, tile: tile, overlap: overlap)
    return (0..<count).map { Int((Double($0 * (length - tile)) / Double(count - 1)).rounded()) }
  }

  /// A separable Gaussian around the tile's centre with a standard deviation of an eighth of its side, as
  /// nnU-Net weights its tiles (Isensee et al. 2021): voxels near a tile's border have seen less of their
  /// surroundings. Along one axis; the weight of a voxel is the product over the axes, never 0.
  public static func weights(length: Int) -> [Float] {
    let centre = Double(length - 1) / 2
    let deviation = Double(length) / 8
    return (0..<length).map { index in
      let z = (Double(index) - centre) / deviation
      return Float(max(exp(-z * z / 2), 1e-3))
    }
  }
}
