import Imaging

/// Linear interpolation between the nodes of a box; beyond the outermost nodes their values go on.
///
/// Whole and fractional parts come from float arithmetic on vectors: conversions between SIMD types are calls in Swift,
/// and cost ten times what they compute.
package struct NodeSampling {
  private let top: SIMD4<Float>
  private let last: SIMD4<Float>
  private let row, slice: Int

  /// 2²³: adding it to a number from 0 to 2²² leaves the nearest whole number in the low bits.
  private static let wholeNumbers: Float = 8_388_608

  /// - Parameter shape: at least two nodes along each axis.
  package init(shape: SIMD3<Int>) {
    precondition(shape.min() > 1, "interpolation needs two nodes along each axis")
    last = SIMD4(Float(shape.x - 1), Float(shape.y - 1), Float(shape.z - 1), 0)
    // The last node is reached as the far end of the interval before it.
    top = SIMD4(Float(shape.x - 2), Float(shape.y - 2), Float(shape.z - 2), 0)
    (row, slice) = (shape.x, shape.x * shape.y)
  }

  /// Offset of the interval's first node, and the fractions along the axes.
  @inline(__always)
  package func locate(_ position: SIMD4<Float>) -> (offset: Int, fraction: SIMD4<Float>) {
    let inside = clamped(position, last)
    let magic = SIMD4<Float>(repeating: Self.wholeNumbers)
    // A fraction of 1 in place of the next node's 0 is as good.
    let lower = clamped(inside - 0.5, top) + magic
    let bits = unsafeBitCast(lower, to: SIMD4<UInt32>.self)
    let mask: UInt32 = 0x7f_ffff
    let offset = Int(bits.x & mask) &+ row &* Int(bits.y & mask) &+ slice &* Int(bits.z & mask)
    return (offset, inside - (lower - magic))
  }

  /// Four numbers per node.
  @inline(__always)
  package func callAsFunction(_ nodes: UnsafePointer<SIMD4<Float>>, _ position: SIMD4<Float>) -> SIMD4<Float>
  {
    let (at, f) = locate(position)
    @inline(__always) func along(_ offset: Int) -> SIMD4<Float> {
      nodes[offset] + f.x * (nodes[offset &+ 1] - nodes[offset])
    }
    let (a, b) = (along(at), along(at &+ row))
    let (c, d) = (along(at &+ slice), along(at &+ slice &+ row))
    let (near, far) = (a + f.y * (b - a), c + f.y * (d - c))
    return near + f.z * (far - near)
  }

  /// Two numbers per node, side by side.
  @inline(__always)
  package func pair(_ nodes: UnsafeRawPointer, _ position: SIMD4<Float>) -> SIMD2<Float> {
    let (at, f) = locate(position)
    @inline(__always) func two(_ offset: Int) -> SIMD4<Float> {
      nodes.loadUnaligned(fromByteOffset: offset &* 8, as: SIMD4<Float>.self)
    }
    let (a, b) = (two(at), two(at &+ row))
    let (c, d) = (two(at &+ slice), two(at &+ slice &+ row))
    let (near, far) = (a + f.y * (b - a), c + f.y * (d - c))
    let both = near + f.z * (far - near)
    return both.lowHalf + f.x * (both.highHalf - both.lowHalf)
  }

  @inline(__always)
  private func clamped(_ value: SIMD4<Float>, _ limit: SIMD4<Float>) -> SIMD4<Float> {
    let positive = value.replacing(with: 0, where: value .< 0)
    return positive.replacing(with: limit, where: positive .> limit)
  }
}
