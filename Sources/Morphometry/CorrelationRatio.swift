import Imaging
import Numerics

/// The correlation ratio of a moving image given a template, as a function of the affine between them.
package struct CorrelationRatio {
  private let level: TemplateLevel
  private let moving: Volume
  private let toVoxel: Affine
  /// The centre of the template in world mm.
  private let centre: SIMD3<Double>
  /// The length in mm that gives the twelve parameters a common scale.
  private static let length = 50.0

  /// Prepares the problem, or returns `nil` if the affine of the moving image has no inverse.
  package init?(_ level: TemplateLevel, moving: Volume) {
    guard let inverse = moving.grid.affine.inverse else { return nil }
    self.level = level
    self.moving = moving
    toVoxel = inverse
    centre = level.grid.affine(SIMD3<Double>(level.grid.shape &- 1) / 2)
  }

  /// Returns the affine changed by twelve parameters: the shift of the origin, and those of the three axes multiplied
  /// by `length`, in mm.
  package func moved(_ transform: Affine, by step: [Double]) -> Affine {
    func vector(_ first: Int) -> SIMD3<Double> { [step[first], step[first + 1], step[first + 2]] }
    var result = transform
    result.i += vector(3) / Self.length
    result.j += vector(6) / Self.length
    result.k += vector(9) / Self.length
    // The axes change about the centre of the template.
    result.origin = transform(centre) + vector(0) - result.linear(centre)
    return result
  }

  /// Returns the correlation ratio at an affine.
  package func ratio(_ transform: Affine) -> Double { linearized(at: transform).ratio }

  /// Returns the correlation ratio and its linearization at an affine, from sums over the template's voxels in each
  /// bin.
  package func linearized(at transform: Affine) -> Linearization {
    let shape = level.grid.shape
    let map = toVoxel.composed(after: transform).composed(after: level.grid.affine)
    let parts = ParallelLoop.map(over: shape.z, size: 4) { slices in
      var sums = BinSums()
      for k in slices {
        for j in 0..<shape.y {
          for i in 0..<shape.x {
            let point = SIMD3(Double(i), Double(j), Double(k))
            let bin = Int(level.bins[level.grid.offset(i, j, k)])
            guard let (value, slope) = sample(map(point)) else {
              sums.addEmpty(bin)
              continue
            }
            // The transposed inverse converts the gradient from voxel⁻¹ to mm⁻¹.
            let gradient = SIMD3(
              (slope * toVoxel.i).sum(), (slope * toVoxel.j).sum(), (slope * toVoxel.k).sum())
            let arm = (level.grid.affine(point) - centre) / Self.length
            sums.add(bin, value, gradient, arm)
          }
        }
      }
      return sums
    }
    var total = BinSums()
    for part in parts { total.add(part) }
    return Linearization(total)
  }

  /// Returns the trilinear value at a voxel position and its derivatives along i, j and k, or `nil` outside the image.
  private func sample(_ p: SIMD3<Double>) -> (Double, SIMD3<Double>)? {
    let shape = moving.grid.shape
    guard p.x >= 0, p.y >= 0, p.z >= 0, p.x < Double(shape.x - 1), p.y < Double(shape.y - 1),
      p.z < Double(shape.z - 1)
    else { return nil }
    let (i, j, k) = (Int(p.x), Int(p.y), Int(p.z))
    let (u, v, w) = (p.x - Double(i), p.y - Double(j), p.z - Double(k))
    let at = moving.grid.offset(i, j, k)
    let (dy, dz) = (shape.x, shape.x * shape.y)
    return moving.voxels.withUnsafeBufferPointer { voxels in
      func edge(_ offset: Int) -> (Double, Double) {
        let (a, b) = (Double(voxels[at + offset]), Double(voxels[at + offset + 1]))
        return (a + u * (b - a), b - a)
      }
      let (a, b, c, d) = (edge(0), edge(dy), edge(dz), edge(dy + dz))
      let (near, far) = (a.0 + v * (b.0 - a.0), c.0 + v * (d.0 - c.0))
      let slopeX = (1 - w) * ((1 - v) * a.1 + v * b.1) + w * ((1 - v) * c.1 + v * d.1)
      let slopeY = (1 - w) * (b.0 - a.0) + w * (d.0 - c.0)
      return (near + w * (far - near), [slopeX, slopeY, far - near])
    }
  }
}

/// Sums over the voxels of each bin: of the values v, of their squares, and of the derivatives J by the parameters.
private struct BinSums {
  package static let parameters = 12
  package var count = [Double](repeating: 0, count: TemplateLevel.binCount)
  package var value = [Double](repeating: 0, count: TemplateLevel.binCount)
  package var squares = 0.0
  /// The sums Σ J [bin, parameter].
  package var derivative = [Double](repeating: 0, count: TemplateLevel.binCount * parameters)
  /// The sums Σ v J and Σ J Jᵀ over all bins. Of the latter only the upper triangle is filled.
  package var product = [Double](repeating: 0, count: parameters)
  package var square = [Double](repeating: 0, count: parameters * parameters)

  /// Adds a voxel at which the moving image is 0.
  package mutating func addEmpty(_ bin: Int) { count[bin] += 1 }

  /// Adds a voxel with its value, its gradient in mm⁻¹ and its position relative to the centre, divided by `length`.
  package mutating func add(_ bin: Int, _ v: Double, _ gradient: SIMD3<Double>, _ arm: SIMD3<Double>) {
    count[bin] += 1
    value[bin] += v
    squares += v * v
    guard gradient != .zero else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.parameters) { row in
      for axis in 0..<3 {
        row[axis] = gradient[axis]
        row[3 + axis] = gradient[axis] * arm.x
        row[6 + axis] = gradient[axis] * arm.y
        row[9 + axis] = gradient[axis] * arm.z
      }
      for a in 0..<Self.parameters {
        derivative[bin * Self.parameters + a] += row[a]
        product[a] += v * row[a]
        for b in a..<Self.parameters { square[a * Self.parameters + b] += row[a] * row[b] }
      }
    }
  }

  /// Adds the sums of other voxels.
  package mutating func add(_ other: BinSums) {
    for i in count.indices {
      count[i] += other.count[i]
      value[i] += other.value[i]
    }
    squares += other.squares
    for i in derivative.indices { derivative[i] += other.derivative[i] }
    for i in product.indices { product[i] += other.product[i] }
    for i in square.indices { square[i] += other.square[i] }
  }
}

/// The least-squares problem at one affine, with the mean of each bin projected out.
package struct Linearization {
  /// The correlation ratio.
  package let ratio: Double
  /// The vector Jᵀ r and the matrix Jᵀ J, where r are the differences between the values and the means of their bins.
  private let gradient, curvature: [Double]

  fileprivate init(_ sums: BinSums) {
    let n = BinSums.parameters
    var (gradient, curvature) = (sums.product, sums.square)
    var explained = 0.0
    for bin in sums.count.indices where sums.count[bin] > 0 {
      let mean = sums.value[bin] / sums.count[bin]
      explained += mean * sums.value[bin]
      for a in 0..<n {
        let derivative = sums.derivative[bin * n + a]
        gradient[a] -= mean * derivative
        for b in a..<n { curvature[a * n + b] -= derivative * sums.derivative[bin * n + b] / sums.count[bin] }
      }
    }
    let (count, sum) = (sums.count.reduce(0, +), sums.value.reduce(0, +))
    let total = sums.squares - sum * sum / max(1, count)
    ratio = total > 0 ? 1 - (sums.squares - explained) / total : 0
    self.gradient = gradient
    self.curvature = curvature
  }

  /// Returns the Levenberg-Marquardt step, or `nil` if the problem is singular.
  /// - Parameter damping: The share by which each diagonal element of Jᵀ J is increased.
  package func step(damping: Double) -> [Double]? {
    let n = BinSums.parameters
    var matrix = curvature
    for a in 0..<n { matrix[a * n + a] *= 1 + damping }
    // The upper triangle in row-major order is the lower triangle in column-major order.
    let solution = Matrix(rows: n, columns: n, values: matrix)
      .solvedPositiveDefinite(gradient.map { -$0 }, isLower: true)
    return solution.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
  }
}
