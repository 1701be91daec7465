/// Where voxels lie: how many along each axis, and the affine that takes their indices to world mm.
public struct Grid: Hashable, Codable, Sendable {
  /// Numbers of voxels along i, j, k. In memory i runs fastest, as in a NIfTI file.
  public var shape: SIMD3<Int>
  public var affine: Affine

  public init(shape: SIMD3<Int>, affine: Affine) {
    precondition(shape.x > 0 && shape.y > 0 && shape.z > 0, "a grid has at least one voxel along each axis")
    self.shape = shape
    self.affine = affine
  }

  /// A grid that is none is an error here: the value comes from a file.
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

  /// Number of voxels.
  public var count: Int { shape.x * shape.y * shape.z }

  /// Volume of one voxel in mm³: |det| of the affine, right under shear too.
  public var voxelVolume: Double { abs(affine.determinant) }

  /// Offset of voxel (i, j, k) in an array of the grid's voxels.
  public func offset(_ i: Int, _ j: Int, _ k: Int) -> Int { i + shape.x * (j + shape.y * k) }

  /// Affine entries that differ by less than this (mm) count as equal: float32 headers keep 7 digits, so
  /// 1e-3 is above their rounding at ±500 mm and far below any voxel.
  public static let affineTolerance = 1e-3

  /// Whether both grids have the same shape and, within `affineTolerance`, the same affine.
  public func matches(_ other: Grid) -> Bool {
    shape == other.shape && affine.distance(to: other.affine) < Grid.affineTolerance
  }
}
