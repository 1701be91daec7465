import Imaging

/// Solves (A + λL) δ = −(b + λL v) for the step δ of a velocity field by preconditioned conjugate gradients.
///
/// A is a symmetric 3×3 matrix for each node, L = λ₁ (−Δ) + λ₂ Δ². The preconditioner has the mean of A in its place,
/// a number, and is inverted exactly by Fourier transform. Since (a + L) z = r holds exactly for the preconditioned
/// residual z, L z = r − a z costs no further transform, and neither do L p, L δ and L v, which are sums of it.
package final class VelocitySolver {
  package let grid: Grid
  /// v, and λL v beside it.
  private(set) var velocity: VectorComponents
  private let regularized: VectorComponents
  private let filter: SpectralFilter
  private let step, stepRegularized, residual, conditioned, direction, directionRegularized,
    image: VectorComponents

  /// - Parameter start: the velocity to begin with.
  package init(start: StationaryVelocityField, membrane: Double, bending: Double) {
    grid = start.grid
    filter = SpectralFilter(grid: grid, membrane: membrane, bending: bending)
    func components() -> VectorComponents { VectorComponents(count: start.grid.count) }
    velocity = VectorComponents(start)
    (regularized, step, stepRegularized) = (components(), components(), components())
    (residual, conditioned, direction) = (components(), components(), components())
    (directionRegularized, image) = (components(), components())
    filter.regularize(velocity, into: regularized)
  }

  package var field: StationaryVelocityField { velocity.field(on: grid) }

  /// Takes one step of Gauss and Newton, shortened so that no velocity changes by more than `longest` mm.
  package func advance(_ term: NormalEquations, iterations: Int, longest: Float) {
    solve(term, iterations: iterations)
    let length = step.greatestLength
    guard length > 0, length.isFinite else { return }
    let share = min(1, longest / length)
    velocity.add(step, times: share)
    regularized.add(stepRegularized, times: share)
  }

  private func solve(_ term: NormalEquations, iterations: Int) {
    let mean = term.meanCurvature
    guard mean > 0 else { return step.setToZero() }
    step.setToZero()
    stepRegularized.setToZero()
    residual.copy(term.gradient)
    residual.add(regularized, times: 1)
    residual.scale(by: -2, adding: residual)
    direction.setToZero()
    directionRegularized.setToZero()
    var before = 0.0
    for _ in 0..<iterations {
      filter.invert(residual, constant: mean, into: conditioned)
      let product = residual.dot(conditioned)
      guard product > 0 else { return }
      turn(by: before > 0 ? Float(product / before) : 0, mean: mean)
      term.multiply(direction, adding: directionRegularized, into: image)
      let curvature = direction.dot(image)
      guard curvature > 0 else { return }
      let length = Float(product / curvature)
      step.add(direction, times: length)
      stepRegularized.add(directionRegularized, times: length)
      residual.add(image, times: -length)
      before = product
    }
  }

  /// p ← z + β p and L p ← (r − a z) + β L p.
  private func turn(by beta: Float, mean: Float) {
    let (z, r) = (conditioned.values, residual.values)
    let (p, lp) = (direction.values, directionRegularized.values)
    VectorComponents.forEach(3 * grid.count) { range in
      for index in range {
        p[index] = z[index] + beta * p[index]
        lp[index] = r[index] - mean * z[index] + beta * lp[index]
      }
    }
  }
}
