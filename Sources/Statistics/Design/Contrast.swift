/// Which combination of regressors is tested: one row of weights for a t contrast, several for an F contrast.
public struct Contrast: Hashable, Sendable {
  public var name: String
  /// [rows, regressors].
  public var weights: [[Double]]

  public init(name: String, weights: [[Double]]) {
    self.name = name
    self.weights = weights
  }

  /// Whether the statistic is t; otherwise it is F.
  public var isT: Bool { weights.count == 1 }
}

/// A design split by a contrast into the directions that are tested and those of the null model (Winkler et al. 2014,
/// doi 10.1016/j.neuroimage.2014.01.060, section "Model partitioning"; here by orthonormal bases).
package struct PartitionedDesign: Sendable {
  /// Orthonormal, [direction][participant].
  package let tested, nuisance: [[Double]]
  package let isT: Bool
  package let degreesOfFreedom: Int
  /// The contrast's value for each unit of the tested direction; for t contrasts.
  package let effectScale: Double

  /// - Throws: `StatisticsError.notEstimable` where rows of the contrast are zero or depend on each other.
  package init(_ design: DesignMatrix, _ contrast: Contrast) throws(StatisticsError) {
    try self.init(columns: design.columns.map(\.values), contrast)
  }

  /// - Parameter columns: independent regressors.
  package init(columns: [[Double]], _ contrast: Contrast) throws(StatisticsError) {
    let (participants, width) = (columns.first?.count ?? 0, columns.count)
    // Regressors of unit length: ml and years differ by orders of magnitude.
    let lengths = columns.map { dot($0, $0).squareRoot() }
    let unit = zip(columns, lengths).map { column, length in column.map { $0 / length } }
    let weights = contrast.weights.map { row in zip(row, lengths).map { $0 / $1 } }
    func combined(_ coefficients: [Double]) -> [Double] {
      (0..<participants).map { i in (0..<width).reduce(0) { $0 + coefficients[$1] * unit[$1][i] } }
    }

    var space = OrthonormalBasis()
    for row in weights where !space.append(row) { throw .notEstimable(contrast: contrast.name) }
    // Coefficients for which the contrast is 0 span the null model.
    for index in 0..<width { space.append((0..<width).map { $0 == index ? 1 : 0 }) }
    var basis = OrthonormalBasis()
    for row in space.columns.dropFirst(weights.count) where !basis.append(combined(row)) {
      throw .notEstimable(contrast: contrast.name)
    }
    nuisance = basis.columns
    for row in weights where !basis.append(combined(row)) { throw .notEstimable(contrast: contrast.name) }
    tested = Array(basis.columns.dropFirst(nuisance.count))
    isT = contrast.isT
    degreesOfFreedom = participants - width
    // The contrast of any coefficients b is effectScale times the tested direction's share of the fit: for b = weights
    // it is their squared length. Gram–Schmidt gives the direction the sign of the contrast.
    let share = dot(tested[0], combined(weights[0]))
    effectScale = dot(weights[0], weights[0]) / share
  }
}
