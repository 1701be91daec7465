import Numerics

/// Partial least squares regression of one target by the NIPALS algorithm (Wold 1975). Each component is the direction
/// of maximal covariance between the features and the residual of the target, and is then removed from the features
/// (deflation).
struct PartialLeastSquares {
  /// Weights of the features, with one component, two, and so on, as long as the target has a residual.
  private(set) var weights: [[Double]] = []

  /// Fits the components.
  /// - Parameters:
  ///   - features: centered features, [rows, columns].
  ///   - target: centered target.
  ///   - components: the greatest number of components.
  init(_ features: Matrix, target: [Double], components: Int) {
    var (rest, residual) = (features, target)
    // Rotations of the components, r = w − Σ (pᵀ w) r, so that a component is X r of the features before deflation.
    var (rotations, loadings): ([[Double]], [[Double]]) = ([], [])
    var sum = [Double](repeating: 0, count: features.columns)
    for _ in 0..<min(components, features.columns) {
      var direction = rest.times(residual, transposed: true)
      let length = direction.dot(direction).squareRoot()
      guard length > 1e-12 * target.dot(target).squareRoot() else { break }
      for j in direction.indices { direction[j] /= length }
      let component = rest.times(direction)
      let square = component.dot(component)
      guard square > 0 else { break }
      let loading = rest.times(component, transposed: true).map { $0 / square }
      let share = residual.dot(component) / square
      rest.subtractOuter(component, loading)
      for i in residual.indices { residual[i] -= share * component[i] }
      var rotation = direction
      for (other, itsLoading) in zip(rotations, loadings) {
        let overlap = itsLoading.dot(direction)
        for j in rotation.indices { rotation[j] -= overlap * other[j] }
      }
      rotations.append(rotation)
      loadings.append(loading)
      for j in sum.indices { sum[j] += share * rotation[j] }
      weights.append(sum)
    }
    if weights.isEmpty { weights = [sum] }
  }

  /// Returns the predictions for each number of components.
  func predictions(of scores: Matrix) -> [[Double]] { weights.map { scores.times($0) } }
}

extension [Double] {
  /// Returns the dot product.
  func dot(_ other: [Double]) -> Double {
    var sum = 0.0
    for i in indices { sum += self[i] * other[i] }
    return sum
  }
}

extension Matrix {
  /// Subtracts x yᵀ.
  fileprivate mutating func subtractOuter(_ x: [Double], _ y: [Double]) {
    for j in 0..<columns { for i in 0..<rows { self[i, j] -= x[i] * y[j] } }
  }
}
