import Numerics

/// A smooth function over a box: a tensor product of uniform cubic B-splines with spans + 3 coefficients per axis.
///
/// On a grid the tensor product is evaluated and fitted axis by axis, a few operations per voxel where 64
/// coefficients reach each voxel.
struct SplineLattice: Sendable {
  let spans: SIMD3<Int>
  /// x fastest.
  private(set) var coefficients: [Float]

  /// The function that is 0 everywhere.
  init(spans: SIMD3<Int>) {
    let shape = spans &+ 3
    self.init(spans: spans, coefficients: [Float](repeating: 0, count: shape.x * shape.y * shape.z))
  }

  init(spans: SIMD3<Int>, coefficients: [Float]) {
    self.spans = spans
    self.coefficients = coefficients
  }

  mutating func add(_ other: SplineLattice) {
    for index in coefficients.indices { coefficients[index] += other.coefficients[index] }
  }

  /// The values on the grid of all combinations of places along x, y and z, each from 0 to 1 over the box.
  func values(at places: [[Double]]) -> [Float] {
    spread((0..<3).map { SplineRows(at: places[$0], spans: spans[$0]) })
  }

  /// The same function on twice the spans.
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

/// Scattered-data approximation by B-splines: Lee, Wolberg and Shin 1997, doi 10.1109/2945.620490.
///
/// Each point p with value v would by itself want φ_c = w_c v / Σ w² of the coefficients c that reach it, with
/// weights w_c. What a coefficient gets is the mean of those wishes weighted by w_c²:
/// Σ_p w_c³ v / Σ w² over Σ_p w_c². On a grid w is a product over the axes, and so are w², w³ and Σ w².
struct SplineFit {
  private let spans: SIMD3<Int>
  /// w³ / Σ w² along each axis.
  private let wishes: [SplineRows]
  /// Σ_p w_c² of each coefficient.
  private let totals: [Float]

  /// For points at all combinations of places along x, y, z, of which those with weight 0 do not count.
  init(at places: [[Double]], spans: SIMD3<Int>, weights: [Float]) {
    self.spans = spans
    let rows = (0..<3).map { SplineRows(at: places[$0], spans: spans[$0]) }
    wishes = rows.map { $0.mapWeights { w in w * w * w / (w * w).sum() } }
    totals = Self.collect(weights, rows.map { $0.mapWeights { w in w * w } })
  }

  /// The lattice for values that are 0 where the weight is.
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
