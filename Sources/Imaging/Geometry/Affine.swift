/// An affine map from voxel indices (i, j, k) to world coordinates in mm. World coordinates are RAS+ as defined by
/// NIfTI: x to the right, y to the front and z to the top of the head.
public struct Affine: Hashable, Codable, Sendable {
  /// The displacements in world mm of one step along i, j and k: the columns of the 3×3 matrix.
  public var i, j, k: SIMD3<Double>
  /// The position in world mm of the centre of voxel (0, 0, 0).
  public var origin: SIMD3<Double>

  /// Makes an affine from its columns and its origin, in mm.
  public init(i: SIMD3<Double>, j: SIMD3<Double>, k: SIMD3<Double>, origin: SIMD3<Double>) {
    self.i = i
    self.j = j
    self.k = k
    self.origin = origin
  }

  /// Makes an axis-aligned RAS affine with the given spacing and origin in mm.
  public init(spacing: SIMD3<Double>, origin: SIMD3<Double> = .zero) {
    self.init(
      i: [spacing.x, 0, 0], j: [0, spacing.y, 0], k: [0, 0, spacing.z], origin: origin)
  }

  /// The identity: voxels of 1 mm with the first at the origin.
  public static let identity = Affine(spacing: .one)

  /// Returns the image of a point: `origin + i·p.x + j·p.y + k·p.z`.
  public func callAsFunction(_ point: SIMD3<Double>) -> SIMD3<Double> {
    origin + linear(point)
  }

  /// Returns the image of a displacement: the affine without its origin.
  public func linear(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    i * vector.x + j * vector.y + k * vector.z
  }

  /// The volume of the unit cell in mm³, negative for a left-handed set of axes.
  public var determinant: Double { (i * Affine.cross(j, k)).sum() }

  /// The lengths of the columns in mm. Without shear these are the voxel sizes.
  public var spacing: SIMD3<Double> {
    [(i * i).sum().squareRoot(), (j * j).sum().squareRoot(), (k * k).sum().squareRoot()]
  }

  /// The inverse map from world to voxel coordinates, or `nil` if the affine is singular or not finite.
  public var inverse: Affine? {
    let determinant = determinant
    guard determinant.isFinite, abs(determinant) > .leastNormalMagnitude else { return nil }
    // The rows of the inverse are the cross products of the columns divided by the determinant (Cramer's rule).
    let rows = [Affine.cross(j, k), Affine.cross(k, i), Affine.cross(i, j)].map { $0 / determinant }
    var result = Affine(
      i: [rows[0].x, rows[1].x, rows[2].x],
      j: [rows[0].y, rows[1].y, rows[2].y],
      k: [rows[0].z, rows[1].z, rows[2].z],
      origin: .zero)
    result.origin = -result.linear(origin)
    return result
  }

  /// Returns the composition `self ∘ first`, which applies `first` and then this map.
  public func composed(after first: Affine) -> Affine {
    Affine(i: linear(first.i), j: linear(first.j), k: linear(first.k), origin: self(first.origin))
  }

  /// Returns the largest absolute difference between two entries, in mm.
  public func distance(to other: Affine) -> Double {
    [i - other.i, j - other.j, k - other.k, origin - other.origin]
      .map { max(abs($0.x), abs($0.y), abs($0.z)) }.max() ?? 0
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
  }
}
