import Numerics

/// The map from target voxels to source voxels, and interpolation at the mapped positions: the inner loops of
/// resampling.
///
/// Positions are scalars and not SIMD3, because conversions between SIMD3 types are calls that cost ten times the
/// computation.
struct PullBack {
  /// The numbers of voxels of the source.
  let shape: SIMD3<Int>
  private let target: SIMD3<Int>
  /// The affine from target voxel indices to real-valued source voxel indices.
  private let map: Affine
  /// The index of the source's last voxel along each axis.
  private let last: SIMD3<Double>

  /// A position that lies outside the border by less than this number of voxels counts as inside. The tolerance absorbs
  /// the rounding of composed affines.
  private static let tolerance = 1e-6

  /// Prepares the map between two grids.
  init(from source: Grid, to target: Grid) {
    guard let inverse = source.affine.inverse else { preconditionFailure("a grid's affine can be inverted") }
    shape = source.shape
    self.target = target.shape
    map = inverse.composed(after: target.affine)
    last = SIMD3<Double>(source.shape &- 1)
  }

  /// Returns the values by trilinear interpolation between the eight voxels around each position, and 0 outside.
  func linear(_ voxels: [Float]) -> [Float] {
    let (nx, ny, nz) = (shape.x, shape.y, shape.z)
    return voxels.withUnsafeBufferPointer { source in
      fill(outside: 0) { x, y, z in
        let (i, j, k) = (Int(x), Int(y), Int(z))
        let (u, v, w) = (Float(x - Double(i)), Float(y - Double(j)), Float(z - Double(k)))
        // At the last centre the fraction is 0, and the neighbour beyond it must not be read.
        let dx = i + 1 < nx ? 1 : 0
        let dy = j + 1 < ny ? nx : 0
        let dz = k + 1 < nz ? nx * ny : 0
        let at = i + nx * (j + ny * k)
        @inline(__always) func along(_ offset: Int) -> Float {
          source[offset] + u * (source[offset + dx] - source[offset])
        }
        let (a, b, c, d) = (along(at), along(at + dy), along(at + dz), along(at + dz + dy))
        let near = a + v * (b - a)
        let far = c + v * (d - c)
        return near + w * (far - near)
      }
    }
  }

  /// Returns the element of the voxel whose centre is nearest to each position.
  func nearest<Element>(_ elements: [Element], outside: Element) -> [Element] {
    let (nx, ny) = (shape.x, shape.y)
    return elements.withUnsafeBufferPointer { source in
      fill(outside: outside) { x, y, z in
        source[Int(x + 0.5) + nx * (Int(y + 0.5) + ny * Int(z + 0.5))]
      }
    }
  }

  /// Returns an array of the values of all target voxels, computed row by row.
  ///
  /// `value` is called with the source position of each target voxel inside the source. Positions up to half a voxel
  /// beyond the outermost centres are moved onto these.
  @inline(__always)
  func fill<Element>(
    outside: Element, _ value: (_ x: Double, _ y: Double, _ z: Double) -> Element
  ) -> [Element] {
    let (width, height) = (target.x, target.y)
    let step = map.i
    return [Element](unsafeUninitializedCapacity: width * height * target.z) { output, filled in
      ParallelLoop.forEach(over: target.z, size: 4) { slices in
        for k in slices {
          for j in 0..<height {
            let row = map([0, Double(j), Double(k)])
            let inside = columnsInside(row: row)
            let first = width * (j + height * k)
            for i in 0..<inside.lowerBound { output.initializeElement(at: first + i, to: outside) }
            for i in inside {
              // A product and not a sum of steps, so that rounding does not grow along the row.
              let t = Double(i)
              let x = min(max(row.x + t * step.x, 0), last.x)
              let y = min(max(row.y + t * step.y, 0), last.y)
              let z = min(max(row.z + t * step.z, 0), last.z)
              output.initializeElement(at: first + i, to: value(x, y, z))
            }
            for i in inside.upperBound..<width { output.initializeElement(at: first + i, to: outside) }
          }
        }
      }
      filled = width * height * target.z
    }
  }

  /// Returns the columns i of a row whose positions `row + map.i·i` lie within half a voxel of the source.
  private func columnsInside(row: SIMD3<Double>) -> Range<Int> {
    var low = 0.0
    var high = Double(target.x - 1)
    for axis in 0..<3 {
      let lower = -0.5 - Self.tolerance - row[axis]
      let upper = last[axis] + 0.5 + Self.tolerance - row[axis]
      let step = map.i[axis]
      if abs(step) < 1e-12 {
        if lower > 0 || upper < 0 { return 0..<0 }
      } else {
        low = max(low, min(lower / step, upper / step).rounded(.up))
        high = min(high, max(lower / step, upper / step).rounded(.down))
      }
    }
    return low <= high ? Int(low)..<Int(high) + 1 : 0..<0
  }
}

extension PullBack {
  /// Returns the values by cubic B-spline interpolation, from the 64 coefficients around each position, and 0 outside.
  func cubic(_ voxels: [Float]) -> [Float] {
    let coefficients = SplineCoefficients(voxels, shape: shape)
    let (row, slice) = (coefficients.shape.x, coefficients.shape.x * coefficients.shape.y)
    return coefficients.values.withUnsafeBytes { source in
      fill(outside: 0) { x, y, z in
        let (i, j, k) = (Int(x), Int(y), Int(z))
        let wx = Self.weights(Float(x - Double(i)))
        let wy = Self.weights(Float(y - Double(j)))
        let wz = Self.weights(Float(z - Double(k)))
        // With the rim, the first of the four coefficients along an axis has the index of the voxel.
        let at = i + row * j + slice * k
        @inline(__always) func four(_ offset: Int) -> SIMD4<Float> {
          source.loadUnaligned(fromByteOffset: offset * MemoryLayout<Float>.stride, as: SIMD4<Float>.self)
        }
        @inline(__always) func plane(_ at: Int) -> SIMD4<Float> {
          let near = wy.x * four(at) + wy.y * four(at + row)
          return near + (wy.z * four(at + 2 * row) + wy.w * four(at + 3 * row))
        }
        let near = wz.x * plane(at) + wz.y * plane(at + slice)
        let all = near + (wz.z * plane(at + 2 * slice) + wz.w * plane(at + 3 * slice))
        return (wx * all).sum()
      }
    }
  }

  /// Returns the four uniform cubic B-splines at a fraction u of the distance between two voxels.
  @inline(__always)
  private static func weights(_ u: Float) -> SIMD4<Float> {
    let v = 1 - u
    return SIMD4(
      v * v * v / 6, (3 * u * u * u - 6 * u * u + 4) / 6, (3 * v * v * v - 6 * v * v + 4) / 6, u * u * u / 6)
  }
}
