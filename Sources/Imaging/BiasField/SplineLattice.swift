import Numerics

/// A smooth function over a box: a tensor product of uniform cubic B-splines with spans + 3 coefficients per axis.
///
/// On a grid the tensor product is evaluated and fitted axis by axis. This needs a few operations per voxel instead of
/// one for each of the 64 coefficients that influence it.
struct SplineLattice: Sendable {
  /// The numbers of spans along x, y and z.
  let spans: SIMD3<Int>
  /// The coefficients, x fastest.
  private(set) var coefficients: [Float]

  /// Makes the function that is 0 everywhere.
  init(spans: SIMD3<Int>) {
    let shape = spans &+ 3
    self.init(spans: spans, coefficients: [Float](repeating: 0, count: shape.x * shape.y * shape.z))
  }

  /// Makes a function from its coefficients.
  init(spans: SIMD3<Int>, coefficients: [Float]) {
    self.spans = spans
    self.coefficients = coefficients
  }

  /// Adds another function with the same spans.
  mutating func add(_ other: SplineLattice) {
    for index in coefficients.indices { coefficients[index] += other.coefficients[index] }
  }

  /// Returns the values on a grid, x fastest.
  /// - Parameter places: The positions of the grid along x, y and z, each from 0 to 1 over the box.
  func values(at places: [[Double]]) -> [Float] {
    spread((0..<3).map { SplineRows(at: places[$0], spans: spans[$0]) })
  }

  /// Returns the same function expressed with twice the spans.
  func refined() -> SplineLattice {
    SplineLattice(
      spans: spans &* 2, coefficients: spread((0..<3).map { SplineRows(refining: spans[$0]) }))
  }

  private func spread(_ rows: [SplineRows]) -> [Float] {
    let (nx, ny) = (rows[0].first.count, rows[1].first.count)
    let shape = spans &+ 3
    let alongX = rows[0].spread(coefficients, inner: 1, outer: shape.y * shape.z)
    let alongY = rows[1].spread(alongX, inner: nx, outer: shape.z)
    return rows[2].spread(alongY, inner: nx * ny, outer: 1)
  }
}

/// Approximation of scattered data by B-splines: Lee, Wolberg and Shin 1997, doi
/// 10.1109/2945.620490.
///
/// A point p with value v alone would determine φ_c = w_c v / Σ w² for the coefficients c that influence it with
/// weights w_c. A coefficient becomes the mean of these values over all points, weighted by w_c²: Σ_p w_c³ v / Σ w²
/// divided by Σ_p w_c². On a grid w is a product over the axes, and therefore so are w², w³ and Σ w².
struct SplineFit {
  private let spans: SIMD3<Int>
  /// The factors w³ / Σ w² along each axis.
  private let wishes: [SplineRows]
  /// The sum Σ_p w_c² for each coefficient.
  private let totals: [Float]

  /// Prepares the fit for points on a grid.
  /// - Parameters:
  ///   - places: The positions of the grid along x, y and z, each from 0 to 1.
  ///   - spans: The numbers of spans of the lattice.
  ///   - weights: One weight for each point. Points with weight 0 are ignored.
  init(at places: [[Double]], spans: SIMD3<Int>, weights: [Float]) {
    self.spans = spans
    let rows = (0..<3).map { SplineRows(at: places[$0], spans: spans[$0]) }
    wishes = rows.map { $0.mapWeights { w in w * w * w / (w * w).sum() } }
    totals = Self.collect(weights, rows.map { $0.mapWeights { w in w * w } })
  }

  /// Returns the lattice that approximates the values, which must be 0 where the weight is 0.
  func callAsFunction(_ values: [Float]) -> SplineLattice {
    let sums = Self.collect(values, wishes)
    return SplineLattice(spans: spans, coefficients: zip(sums, totals).map { $1 > 0 ? $0 / $1 : 0 })
  }

  private static func collect(_ values: [Float], _ rows: [SplineRows]) -> [Float] {
    let (nx, ny) = (rows[0].first.count, rows[1].first.count)
    let (cy, cz) = (rows[1].coefficients, rows[2].coefficients)
    let alongZ = rows[2].collect(values, inner: nx * ny, outer: 1)
    let alongY = rows[1].collect(alongZ, inner: nx, outer: cz)
    return rows[0].collect(alongY, inner: 1, outer: cy * cz)
  }
}
