import Imaging
import Numerics

/// The difference of the two heads at the midpoint between them, and what a change of the velocity does to it.
///
/// With g the mean of both warped images' gradients and r their difference, a change δ of v changes r by g·δ to first
/// order, since exp(v/2) moves one image by half of it, and exp(−v/2) the other by the opposite. So A = Σ g gᵀ and
/// b = Σ r g over the three channels; the third channel is the rest, 1 − gray − white.
package final class DataTerm {
  private let moving, fixed: TissuePair
  /// Image voxels per node of the velocity field along each axis: 1 or 2.
  private let ratio: Int
  private let box: SIMD3<Int>
  private let shape: SIMD3<Int>
  private let equations: NormalEquations
  /// Means of both warped images (gray, white), then their differences (gray, white).
  private let warped: UnsafeMutablePointer<Float>
  /// For each slice of the images, what its voxels give to the nodes' six and three numbers.
  private let planes: UnsafeMutablePointer<Float>
  private let planeNodes: SIMD2<Int>

  package static let numbers = 9

  package init(moving: TissuePair, fixed: TissuePair, velocityBox box: SIMD3<Int>, ratio: Int) {
    precondition(moving.shape == fixed.shape && (ratio == 1 || ratio == 2), "both images have one grid")
    (self.moving, self.fixed, self.ratio, self.box) = (moving, fixed, ratio, box)
    shape = moving.shape
    equations = NormalEquations(count: box.x * box.y * box.z)
    let count = shape.x * shape.y * shape.z
    warped = .allocate(capacity: 4 * count)
    warped.initialize(repeating: 0, count: 4 * count)
    // One node beyond the last voxel, for its share.
    planeNodes = [shape.x / ratio + 1, shape.y / ratio + 1]
    let size = Self.numbers * planeNodes.x * planeNodes.y * shape.z
    planes = .allocate(capacity: size)
    planes.initialize(repeating: 0, count: size)
  }

  deinit {
    warped.deallocate()
    planes.deallocate()
  }

  /// - Parameters:
  ///   - forward: exp(v/2) on the nodes, which the moving image is seen through; its displacement in mm.
  ///   - backward: exp(−v/2), for the fixed image.
  package func linearized(forward: Diffeomorphism, backward: Diffeomorphism) -> NormalEquations {
    forward.field.withUnsafeBufferPointer { forward in
      backward.field.withUnsafeBufferPointer { backward in
        ParallelLoop.forEach(over: shape.z, size: 2) { slices in
          for k in slices { warp(slice: k, forward, backward) }
        }
      }
    }
    ParallelLoop.forEach(over: shape.z, size: 2) { slices in
      for k in slices { collect(slice: k) }
    }
    ParallelLoop.forEach(over: shape.z / ratio + 1, size: 2) { slices in
      for k in slices where k < box.z { gather(slice: k) }
    }
    return equations
  }

  /// ½ Σ r² over voxels and channels, in mm³.
  package var energy: Double {
    let count = shape.x * shape.y * shape.z
    let (gray, white) = (warped + 2 * count, warped + 3 * count)
    let sum = VectorComponents.sum(count) { range in
      var sum = 0.0
      for index in range {
        let (g, w) = (gray[index], white[index])
        sum += Double(g * g + w * w + (g + w) * (g + w))
      }
      return sum
    }
    let h = Double(moving.spacing)
    return 0.5 * sum * h * h * h
  }

  // MARK: - Warping

  private func warp(
    slice k: Int, _ forward: UnsafeBufferPointer<SIMD4<Float>>, _ backward: UnsafeBufferPointer<SIMD4<Float>>
  ) {
    let count = shape.x * shape.y * shape.z
    let sampling = NodeSampling(shape: shape)
    let perVoxel = 1 / moving.spacing
    moving.values.withUnsafeBytes { moving in
      fixed.values.withUnsafeBytes { fixed in
        guard let moving = moving.baseAddress, let fixed = fixed.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 2 * box.x) { rows in
          let (one, other) = (rows.baseAddress, rows.baseAddress.map { $0 + box.x })
          guard let one, let other else { return }
          for j in 0..<shape.y {
            fill(one, forward, j, k)
            fill(other, backward, j, k)
            let start = shape.x &* (j &+ shape.y &* k)
            var here = SIMD4<Float>(0, Float(j), Float(k), 0)
            for i in 0..<shape.x {
              here.x = Float(i)
              let m = sampling.pair(moving, here + perVoxel * at(i, one))
              let f = sampling.pair(fixed, here + perVoxel * at(i, other))
              let (mean, difference) = (0.5 * (m + f), m - f)
              warped[start &+ i] = mean.x
              warped[count &+ start &+ i] = mean.y
              warped[2 &* count &+ start &+ i] = difference.x
              warped[3 &* count &+ start &+ i] = difference.y
            }
          }
        }
      }
    }
  }

  /// The displacements at the nodes of an image row: interpolated along y and z, not yet along x.
  @inline(__always)
  private func fill(
    _ row: UnsafeMutablePointer<SIMD4<Float>>, _ field: UnsafeBufferPointer<SIMD4<Float>>, _ j: Int, _ k: Int
  ) {
    let (y, z) = (j / ratio, k / ratio)
    let start = box.x &* (y &+ box.y &* z)
    let alongY = j.isMultiple(of: ratio) ? 0 : box.x
    let alongZ = k.isMultiple(of: ratio) ? 0 : box.x &* box.y
    if alongY == 0 && alongZ == 0 {
      for i in 0..<box.x { row[i] = field[start &+ i] }
    } else {
      for i in 0..<box.x {
        let at = start &+ i
        let near = field[at] + field[at &+ alongY]
        row[i] = 0.25 * (near + field[at &+ alongZ] + field[at &+ alongZ &+ alongY])
      }
    }
  }

  @inline(__always)
  private func at(_ i: Int, _ row: UnsafeMutablePointer<SIMD4<Float>>) -> SIMD4<Float> {
    if ratio == 1 { return row[i] }
    return 0.5 * (row[i &>> 1] + row[(i &+ 1) &>> 1])
  }

  // MARK: - Normal equations

  /// The sums over one slice's voxels, each shared among its nearest nodes in the plane.
  private func collect(slice k: Int) {
    let nodes = planeNodes.x * planeNodes.y
    let plane = planes + Self.numbers * nodes * k
    plane.update(repeating: 0, count: Self.numbers * nodes)
    guard k > 0, k < shape.z - 1 else { return }
    let width = shape.x
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.numbers * width) { row in
      guard let row = row.baseAddress else { return }
      row.initialize(repeating: 0, count: Self.numbers * width)
      for j in 1..<max(1, shape.y - 1) {
        products(j, k, into: row)
        let (y, isNode) = (j / ratio, j.isMultiple(of: ratio))
        for number in 0..<Self.numbers {
          let to = plane + number * nodes + y * planeNodes.x
          let values = row + number * width
          share(values, to, weight: isNode ? 1 : 0.5)
          if !isNode { share(values, to + planeNodes.x, weight: 0.5) }
        }
      }
    }
  }

  /// A row's values added to the nodes: those between two nodes by halves.
  @inline(__always)
  private func share(_ values: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, weight: Float)
  {
    if ratio == 1 {
      for i in 0..<shape.x { to[i] += weight * values[i] }
    } else {
      // Values at both ends of a row are 0.
      let half = 0.5 * weight
      to[0] += half * values[1]
      for n in 1..<(shape.x &- 1) / 2 {
        to[n] += weight * values[2 &* n] + half * (values[2 &* n &- 1] + values[2 &* n &+ 1])
      }
      let n = (shape.x &- 1) / 2
      to[n] += weight * values[2 &* n] + half * values[2 &* n &- 1]
      if shape.x.isMultiple(of: 2) {
        to[n] += half * values[2 &* n &+ 1]
        to[n &+ 1] += half * values[2 &* n &+ 1]
      }
    }
  }

  /// Six products of gradients and three of gradients and differences for each voxel of a row, per voxel and not per mm.
  @inline(__always)
  private func products(_ j: Int, _ k: Int, into row: UnsafeMutablePointer<Float>) {
    let (count, width, slice) = (shape.x * shape.y * shape.z, shape.x, shape.x * shape.y)
    let start = width &* j &+ slice &* k
    let (g, w) = (warped + start, warped + count + start)
    let (dg, dw) = (warped + 2 * count + start, warped + 3 * count + start)
    for i in 1..<(width &- 1) {
      let gx = 0.5 * (g[i &+ 1] - g[i &- 1])
      let gy = 0.5 * (g[i &+ width] - g[i &- width])
      let gz = 0.5 * (g[i &+ slice] - g[i &- slice])
      let wx = 0.5 * (w[i &+ 1] - w[i &- 1])
      let wy = 0.5 * (w[i &+ width] - w[i &- width])
      let wz = 0.5 * (w[i &+ slice] - w[i &- slice])
      let (rx, ry, rz) = (gx + wx, gy + wy, gz + wz)
      let (a, b) = (dg[i], dw[i])
      let c = a + b
      row[i] = gx * gx + wx * wx + rx * rx
      row[width &+ i] = gy * gy + wy * wy + ry * ry
      row[2 &* width &+ i] = gz * gz + wz * wz + rz * rz
      row[3 &* width &+ i] = gx * gy + wx * wy + rx * ry
      row[4 &* width &+ i] = gx * gz + wx * wz + rx * rz
      row[5 &* width &+ i] = gy * gz + wy * wz + ry * rz
      row[6 &* width &+ i] = gx * a + wx * b + rx * c
      row[7 &* width &+ i] = gy * a + wy * b + ry * c
      row[8 &* width &+ i] = gz * a + wz * b + rz * c
    }
  }

  /// One slice of nodes from the slices of voxels around it, as means per node and per mm.
  private func gather(slice k: Int) {
    let nodes = planeNodes.x * planeNodes.y
    let per: Float = 1 / moving.spacing
    let share: Float = 1 / Float(ratio * ratio * ratio)
    var slices: [(Int, Float)] = [(ratio * k, 1)]
    if ratio == 2 { slices += [(2 * k - 1, 0.5), (2 * k + 1, 0.5)] }
    for number in 0..<Self.numbers {
      let isCurvature = number < 6
      let scale: Float = isCurvature ? share * per * per : share * per
      let first: UnsafeMutablePointer<Float> = isCurvature ? equations.curvature : equations.gradient.values
      let values = first + (isCurvature ? number : number - 6) * equations.count
      for j in 0..<min(planeNodes.y, box.y) {
        let to = values + box.x * (j + box.y * k)
        for i in 0..<min(planeNodes.x, box.x) { to[i] = 0 }
        for (slice, weight) in slices where slice >= 0 && slice < shape.z {
          let from = planes + nodes * (Self.numbers * slice + number) + planeNodes.x * j
          for i in 0..<min(planeNodes.x, box.x) { to[i] += weight * scale * from[i] }
        }
      }
    }
  }
}
