/// The grid of an image: the number of voxels along each axis, and the affine from their indices to world mm.
public struct Grid: Hashable, Codable, Sendable {
  /// The numbers of voxels along i, j and k. In memory i is the fastest, as in a NIfTI file.
  public var shape: SIMD3<Int>
  /// The affine from voxel indices to world RAS coordinates in mm.
  public var affine: Affine

  /// Makes a grid with at least one voxel along each axis.
  public init(shape: SIMD3<Int>, affine: Affine) {
    precondition(shape.x > 0 && shape.y > 0 && shape.z > 0, "a grid needs at least one voxel along each axis")
    self.shape = shape
    self.affine = affine
  }

  /// Decodes a grid. An impossible grid is an error, because it comes from a file.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    shape = try container.decode(SIMD3<Int>.self, forKey: .shape)
    affine = try container.decode(Affine.self, forKey: .affine)
    guard shape.min() > 0, shape.max() <= 32767, affine.inverse != nil, affine.determinant.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .shape, in: container,
        debugDescription: "a grid has 1 to 32767 voxels along each axis, and an affine with an inverse")
    }
  }

  /// The number of voxels.
  public var count: Int { shape.x * shape.y * shape.z }

  /// The volume of one voxel in mm³: the absolute determinant of the affine, which is correct also with shear.
  public var voxelVolume: Double { abs(affine.determinant) }

  /// Returns the offset of voxel (i, j, k) in an array of the grid's voxels.
  public func offset(_ i: Int, _ j: Int, _ k: Int) -> Int { i + shape.x * (j + shape.y * k) }

  /// Affine entries that differ by less than this (mm) count as equal. Headers in float32 have 7 digits, so that 1e-3
  /// is above their rounding at ±500 mm, and it is far below the size of a voxel.
  public static let affineTolerance = 1e-3

  /// Returns whether both grids have the same shape and, within `affineTolerance`, the same affine.
  public func matches(_ other: Grid) -> Bool {
    shape == other.shape && affine.distance(to: other.affine) < Grid.affineTolerance
  }
}
