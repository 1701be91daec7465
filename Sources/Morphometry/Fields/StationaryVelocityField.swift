import Imaging

/// A velocity in mm at each node of a grid. It does not change in time, and its flow over one unit of time is a
/// diffeomorphism, `Diffeomorphism(exponentialOf:)`: Arsigny et al. 2006, doi 10.1007/11866565_113.
///
/// The field is periodic: behind the last node along an axis the first one follows. Grids are larger than the head, so
/// that what happens at one side does not reach the other.
public struct StationaryVelocityField: Sendable, Equatable {
  /// Nodes on axes that run to the right, front and top, with one spacing.
  public let grid: Grid
  /// World mm along x, y, z; the fourth number is 0. i runs fastest.
  package var vectors: [SIMD4<Float>]

  /// A velocity of 0 everywhere.
  public init(grid: Grid) {
    precondition(grid.isIsotropicRAS, "a velocity field's grid has axes along the world's, and one spacing")
    self.grid = grid
    vectors = Array(repeating: .zero, count: grid.count)
  }

  /// - Parameter velocity: the velocity in mm at a position in world mm.
  public init(grid: Grid, _ velocity: (SIMD3<Double>) -> SIMD3<Double>) {
    self.init(grid: grid)
    for k in 0..<grid.shape.z {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          self[i, j, k] = SIMD3<Float>(velocity(grid.affine([Double(i), Double(j), Double(k)])))
        }
      }
    }
  }

  /// The velocity in mm at node (i, j, k).
  public subscript(i: Int, j: Int, k: Int) -> SIMD3<Float> {
    get {
      let vector = vectors[grid.offset(i, j, k)]
      return [vector.x, vector.y, vector.z]
    }
    set { vectors[grid.offset(i, j, k)] = SIMD4(newValue, 0) }
  }

  /// The greatest speed in mm.
  package var greatestSpeed: Float {
    vectors.reduce(0) { max($0, ($1 * $1).sum()) }.squareRoot()
  }

  /// The opposite velocity, whose flow is the inverse.
  public static prefix func - (field: Self) -> Self { field * -1 }

  /// The velocity times a number.
  public static func * (field: Self, factor: Float) -> Self {
    var result = field
    for index in result.vectors.indices { result.vectors[index] *= factor }
    return result
  }

  /// Both velocities added. Both fields have one grid.
  public static func + (a: Self, b: Self) -> Self {
    precondition(a.grid == b.grid, "velocity fields that are added have one grid")
    var result = a
    for index in result.vectors.indices { result.vectors[index] += b.vectors[index] }
    return result
  }
}

extension Grid {
  /// Whether i, j and k run to the right, the front and the top with one spacing.
  package var isIsotropicRAS: Bool {
    let spacing = affine.spacing.x
    return affine.i == [spacing, 0, 0] && affine.j == [0, spacing, 0] && affine.k == [0, 0, spacing]
  }

  /// The spacing of a grid of which `isIsotropicRAS` holds, in mm.
  package var isotropicSpacing: Float { Float(affine.i.x) }
}
