import Foundation
import Numerics

/// Logistic regression at several penalties: w and b that minimize ½ α ‖w‖² + Σ c_i ln(1 + exp(∓(w·x_i + b))), with
/// weights c_i that give both classes equal weight.
///
/// Newton's method, started at the solution of the previous penalty. The problem is strictly convex, and small after
/// the features are rotated to their principal axes.
package struct LogisticPath {
  /// Weights of the basis' columns, then the intercept, for each penalty.
  private(set) var weights: [[Double]] = []

  /// The iteration ends when no component of the gradient exceeds this share of the number of subjects. This is far
  /// below the tolerance of 1e-6 with which probabilities are compared with other software.
  private static let tolerance = 1e-10
  private static let mostSteps = 50

  /// The penalties, in steps of 10. This is every second penalty of ridge regression, because each needs its own
  /// minimization.
  package static let penalties = stride(from: 4.0, through: 0, by: -1).map { pow(10, $0) }

  init(_ basis: FoldDecomposition, target: [Double], penalties: [Double]) {
    let scores = basis.trainingScores
    let classes = ClassWeights(target)
    let counts = target.map { classes[$0] }
    var current = [Double](repeating: 0, count: scores.columns + 1)
    for penalty in penalties {
      Self.minimize(&current, scores, target, counts, penalty)
      weights.append(current)
    }
  }

  /// Returns the probabilities of class 1 for each penalty.
  /// - Parameter scores: [rows, rank].
  func predictions(of scores: Matrix) -> [[Double]] {
    weights.map { weights in Self.linear(weights, scores).map { 1 / (1 + exp(-$0)) } }
  }

  private static func linear(_ weights: [Double], _ scores: Matrix) -> [Double] {
    scores.times(Array(weights.dropLast())).map { $0 + weights[weights.count - 1] }
  }

  private static func loss(
    _ weights: [Double], _ scores: Matrix, _ target: [Double], _ counts: [Double], _ penalty: Double
  ) -> Double {
    let square = weights.dropLast().reduce(0) { $0 + $1 * $1 }
    return linear(weights, scores).enumerated().reduce(penalty * square / 2) { sum, entry in
      let margin = target[entry.offset] == 1 ? entry.element : -entry.element
      return sum + counts[entry.offset] * (max(-margin, 0) + log1p(exp(-abs(margin))))
    }
  }

  private static func minimize(
    _ weights: inout [Double], _ scores: Matrix, _ target: [Double], _ counts: [Double], _ penalty: Double
  ) {
    var value = loss(weights, scores, target, counts, penalty)
    for _ in 0..<mostSteps {
      let (gradient, curvature) = derivatives(weights, scores, target, counts, penalty)
      guard gradient.contains(where: { abs($0) > tolerance * Double(target.count) }),
        let step = curvature.solvedPositiveDefinite(gradient)
      else { return }
      // The step is halved until the loss decreases, because a full step can increase it far from the solution.
      var share = 1.0
      var (next, nextValue) = (weights, Double.infinity)
      while share > 1e-8 {
        next = zip(weights, step).map { $0 - share * $1 }
        nextValue = loss(next, scores, target, counts, penalty)
        if nextValue <= value { break }
        share /= 2
      }
      guard nextValue <= value else { return }
      (weights, value) = (next, nextValue)
    }
  }

  private static func derivatives(
    _ weights: [Double], _ scores: Matrix, _ target: [Double], _ counts: [Double], _ penalty: Double
  ) -> (gradient: [Double], curvature: Matrix) {
    let rank = scores.columns
    let probabilities = linear(weights, scores).map { 1 / (1 + exp(-$0)) }
    let residuals = target.indices.map { counts[$0] * (probabilities[$0] - target[$0]) }
    let spreads = target.indices.map { counts[$0] * probabilities[$0] * (1 - probabilities[$0]) }
    var gradient = scores.times(residuals, transposed: true)
    for j in 0..<rank { gradient[j] += penalty * weights[j] }
    gradient.append(residuals.reduce(0, +))
    var scaled = scores
    scaled.values.withUnsafeMutableBufferPointer { values in
      for j in 0..<rank { for i in spreads.indices { values[i + spreads.count * j] *= spreads[i] } }
    }
    let inner = scores.times(scaled, transposed: true)
    var curvature = Matrix(rows: rank + 1, columns: rank + 1)
    for j in 0..<rank {
      for i in 0..<rank { curvature[i, j] = inner[i, j] + (i == j ? penalty : 0) }
      let edge = scaled.column(j).reduce(0, +)
      curvature[rank, j] = edge
      curvature[j, rank] = edge
    }
    curvature[rank, rank] = spreads.reduce(0, +)
    return (gradient, curvature)
  }
}
