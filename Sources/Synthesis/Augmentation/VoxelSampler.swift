import Imaging

/// Interpolates an image and its labels. The buffers are borrowed while one patch is made.
struct VoxelSampler {
  let shape: SIMD3<Int>
  let voxels: UnsafeBufferPointer<Float>
  let labels: UnsafeBufferPointer<UInt16>
  /// Coordinates of the last voxel.
  private let last: SIMD3<Float>

  init(shape: SIMD3<Int>, voxels: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<UInt16>) {
    self.shape = shape
    self.voxels = voxels
    self.labels = labels
    last = SIMD3<Float>(shape &- 1)
  }

  /// Fills one row with linearly interpolated intensities and nearest-neighbor labels.
  func fill(
    _ values: UnsafeMutableBufferPointer<Float>, _ tissues: UnsafeMutableBufferPointer<UInt8>,
    at row: CoordinateRow
  ) {
    row.axes[0].withUnsafeBufferPointer { xs in
      row.axes[1].withUnsafeBufferPointer { ys in
        row.axes[2].withUnsafeBufferPointer { zs in
          for n in 0..<values.count {
            let (x, y, z) = (xs[n], ys[n], zs[n])
            values[n] = value(x, y, z)
            tissues[n] = label(x, y, z)
          }
        }
      }
    }
  }

  @inline(__always)
  private func value(_ x: Float, _ y: Float, _ z: Float) -> Float {
    // Most voxels have all eight neighbors and need no further tests.
    guard x >= 0 && y >= 0 && z >= 0 && x < last.x && y < last.y && z < last.z else {
      return borderValue(x, y, z)
    }
    // Coordinates inside the image fit into 32 bits, so nothing can overflow.
    let (i, j, k) = (Int32(x), Int32(y), Int32(z))
    let (u, v, w) = (x - Float(i), y - Float(j), z - Float(k))
    let down = shape.x
    let deep = shape.x &* shape.y
    let corner = Int(i) &+ down &* Int(j) &+ deep &* Int(k)
    let a = mixed(voxels[corner], voxels[corner &+ 1], u)
    let b = mixed(voxels[corner &+ down], voxels[corner &+ down &+ 1], u)
    let c = mixed(voxels[corner &+ deep], voxels[corner &+ deep &+ 1], u)
    let d = mixed(voxels[corner &+ deep &+ down], voxels[corner &+ deep &+ down &+ 1], u)
    return mixed(mixed(a, b, v), mixed(c, d, v), w)
  }

  @inline(__always)
  private func mixed(_ a: Float, _ b: Float, _ share: Float) -> Float { a + (b - a) * share }

  /// Returns the intensity if some of the eight neighbors are outside the image, where the intensity is 0.
  @inline(never)
  private func borderValue(_ x: Float, _ y: Float, _ z: Float) -> Float {
    guard
      x > -1 && y > -1 && z > -1 && x < Float(shape.x) && y < Float(shape.y) && z < Float(shape.z)
    else { return 0 }
    // Adding 1 makes truncation round down between -1 and 0 as well.
    let (i, j, k) = (Int(x + 1) - 1, Int(y + 1) - 1, Int(z + 1) - 1)
    let (u, v, w) = (x - Float(i), y - Float(j), z - Float(k))
    var sum: Float = 0
    for (dk, weightK) in [(0, 1 - w), (1, w)] where weightK != 0 && (0..<shape.z).contains(k + dk) {
      for (dj, weightJ) in [(0, 1 - v), (1, v)] where weightJ != 0 && (0..<shape.y).contains(j + dj) {
        for (di, weightI) in [(0, 1 - u), (1, u)] where weightI != 0 && (0..<shape.x).contains(i + di) {
          let offset = i + di + shape.x * (j + dj + shape.y * (k + dk))
          sum += weightI * weightJ * weightK * voxels[offset]
        }
      }
    }
    return sum
  }

  @inline(__always)
  private func label(_ x: Float, _ y: Float, _ z: Float) -> UInt8 {
    let (a, b, c) = (x + 0.5, y + 0.5, z + 0.5)
    guard a > 0 && b > 0 && c > 0 && a < last.x + 1 && b < last.y + 1 && c < last.z + 1 else { return 0 }
    let (i, j, k) = (Int(Int32(a)), Int(Int32(b)), Int(Int32(c)))
    return UInt8(truncatingIfNeeded: labels[i &+ shape.x &* (j &+ shape.y &* k)])
  }
}

/// Voxel coordinates in the image for one row of a patch, in one array per axis so that loops can be vectorized.
struct CoordinateRow {
  /// Coordinates along i, j, k of the image.
  private(set) var axes: [[Float]]

  init(count: Int) {
    axes = Array(repeating: Array(repeating: 0, count: count), count: 3)
  }

  /// Computes the positions of the patch's voxels (·, row, slab). The start is computed in double precision, and each
  /// coordinate from its index, because accumulated steps would drift.
  mutating func follow(_ affine: Affine, row: Int, slab: Int) {
    let start = SIMD3<Float>(affine([0, Double(row), Double(slab)]))
    let step = SIMD3<Float>(affine.i)
    for axis in 0..<3 {
      let (first, step) = (start[axis], step[axis])
      axes[axis].withUnsafeMutableBufferPointer { row in
        for i in 0..<row.count { row[i] = first + Float(i) * step }
      }
    }
  }

  /// Adds a displacement along one axis.
  mutating func add(_ displacement: [Float], along axis: Int) {
    displacement.withUnsafeBufferPointer { displacement in
      axes[axis].withUnsafeMutableBufferPointer { row in
        for i in 0..<row.count { row[i] += displacement[i] }
      }
    }
  }
}
