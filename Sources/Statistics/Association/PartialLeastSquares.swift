import Numerics

/// Partial least squares of one target, by Wold's NIPALS (1975): each component is the direction in which the features
/// covary most with what is left of the target, and is then taken out of the features.
struct PartialLeastSquares {
  /// Of the features, with one component, two, and so on while there is something left.
  private(set) var weights: [[Double]] = []

  /// - Parameters:
  ///   - features: centred.
  ///   - target: centred.
  init(_ features: Matrix, target: [Double], components: Int) {
    var (rest, residual) = (features, target)
    // Rotations of the components: r = w - Σ (pᵀ w) r, so that a component is X r of the undeflated features.
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

  func predictions(of scores: Matrix) -> [[Double]] { weights.map { scores.times($0) } }
}

extension [Double] {
  func dot(_ other: [Double]) -> Double {
    var sum = 0.0
    for i in indices { sum += self[i] * other[i] }
    return sum
  }
}

extension Matrix {
  /// `self - x yᵀ`.
  fileprivate mutating func subtractOuter(_ x: [Double], _ y: [Double]) {
    for j in 0..<columns { for i in 0..<rows { self[i, j] -= x[i] * y[j] } }
  }
}
