/// A smooth scalar field over a patch: a uniform cubic B-spline with few control points.
///
/// The field is a weighted mean of control values everywhere, so it never leaves their range.
package struct SplineField: Sendable {
  /// Control points along i, j, k: three more than intervals.
  package let shape: SIMD3<Int>
  /// Control values, i fastest.
  package let values: [Float]
  /// For each voxel along each axis, the first of the four control points that reach it, and their weights.
  package var taps: [[Tap]]

  package struct Tap: Sendable {
    var first: Int
    var weights: SIMD4<Float>
  }

  /// Covers a box of `size` voxels; control points are `spacing` voxels apart. Values are drawn i fastest.
  package init(covering size: SIMD3<Int>, spacing: SIMD3<Double>, _ value: () -> Float) {
    var shape = SIMD3<Int>.zero
    var taps: [[Tap]] = []
    for axis in 0..<3 {
      let step = max(spacing[axis], 1)
      let intervals = max(1, Int((Double(size[axis] - 1) / step).rounded(.up)))
      shape[axis] = intervals + 3
      taps.append((0..<size[axis]).map { SplineField.tap(at: Double($0) / step, intervals) })
    }
    self.shape = shape
    self.taps = taps
    values = (0..<shape.x * shape.y * shape.z).map { _ in value() }
  }

  /// The four cubic B-spline weights at `position`, measured in intervals.
  private static func tap(at position: Double, _ intervals: Int) -> Tap {
    let first = min(Int(position), intervals - 1)
    let t = position - Double(first)
    let s = 1 - t
    let (second, third) = ((3 * t - 6) * t * t + 4, (3 * s - 6) * s * s + 4)
    return Tap(first: first, weights: SIMD4<Float>(SIMD4<Double>(s * s * s, second, third, t * t * t) / 6))
  }
}
