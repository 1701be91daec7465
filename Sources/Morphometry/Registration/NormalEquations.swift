import Imaging
import Numerics

/// Curvature and gradient of the data term for each node of the velocity field: A, symmetric 3×3, and b.
package final class NormalEquations {
  package let count: Int
  /// xx, yy, zz, xy, xz, yz in mm⁻², each `count` numbers.
  package let curvature: UnsafeMutablePointer<Float>
  /// b in mm⁻¹.
  package let gradient: VectorComponents

  package init(count: Int) {
    self.count = count
    curvature = .allocate(capacity: 6 * count)
    curvature.initialize(repeating: 0, count: 6 * count)
    gradient = VectorComponents(count: count)
  }

  deinit { curvature.deallocate() }

  /// The mean of A's diagonal, over all nodes.
  package var meanCurvature: Float {
    let diagonal = curvature
    let sum = VectorComponents.sum(3 * count) { range in
      var sum = 0.0
      for index in range { sum += Double(diagonal[index]) }
      return sum
    }
    return Float(sum / Double(3 * count))
  }

  /// target ← A source + other.
  package func multiply(
    _ source: VectorComponents, adding other: VectorComponents, into target: VectorComponents
  ) {
    let n = count
    let (a, p, o, t) = (curvature, source.values, other.values, target.values)
    ParallelLoop.forEach(over: n, size: VectorComponents.slab / 2) { range in
      for index in range {
        let (x, y, z) = (p[index], p[n &+ index], p[2 &* n &+ index])
        let (xy, xz, yz) = (a[3 &* n &+ index], a[4 &* n &+ index], a[5 &* n &+ index])
        t[index] = a[index] * x + xy * y + xz * z + o[index]
        t[n &+ index] = xy * x + a[n &+ index] * y + yz * z + o[n &+ index]
        t[2 &* n &+ index] = xz * x + yz * y + a[2 &* n &+ index] * z + o[2 &* n &+ index]
      }
    }
  }
}
