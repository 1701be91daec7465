import Numerics
import Testing

@Suite struct SplineFieldTests {
  /// Weights are single precision and sum to 1 within a few units of the last place.
  static let tolerance: Float = 1e-5

  private func values(_ field: SplineField, _ size: SIMD3<Int>) -> [Float] {
    var row = SplineRow(field)
    var values: [Float] = []
    for k in 0..<size.z {
      for j in 0..<size.y {
        row.move(toRow: j, slab: k)
        values += row.values
      }
    }
    return values
  }

  @Test("equal control values give a constant field", arguments: [SIMD3(1, 1, 1), [9, 8, 7], [33, 5, 17]])
  func constant(size: SIMD3<Int>) {
    let field = SplineField(covering: size, spacing: [8, 4, 3]) { 2.5 }
    let values = values(field, size)
    #expect(values.count == size.x * size.y * size.z)
    #expect(values.allSatisfy { abs($0 - 2.5) < SplineFieldTests.tolerance })
  }

  @Test("control values on a straight line give that line: a cubic B-spline reproduces it")
  func linear() {
    // 17 voxels at 4 per interval: four intervals and seven control points along each axis, the first of them
    // one interval before voxel 0. Control values count up i fastest: x + 7 y + 49 z of the control point.
    var count = -1
    let size: SIMD3<Int> = [17, 17, 17]
    let field = SplineField(covering: size, spacing: [4, 4, 4]) {
      count += 1
      return Float(count)
    }
    #expect(count == 342)
    for (n, value) in values(field, size).enumerated() {
      let (i, j, k) = (n % 17, n / 17 % 17, n / 289)
      let expected = Float(i) / 4 + 1 + 7 * (Float(j) / 4 + 1) + 49 * (Float(k) / 4 + 1)
      #expect(abs(value - expected) < 342 * SplineFieldTests.tolerance)
    }
  }

  @Test("an impulse gives the B-spline's known values 1/6, 4/6, 1/6 at the control points")
  func impulse() {
    var count = -1
    let field = SplineField(covering: [9, 1, 1], spacing: [2, 1, 1]) {
      count += 1
      // Seven control points along i, four along j and k; along j and k all are equal.
      return count % 7 == 3 ? 6 : 0
    }
    let values = values(field, [9, 1, 1])
    let expected: [Float] = [0, 0.125, 1, 2.875, 4, 2.875, 1, 0.125, 0]
    for (value, expected) in zip(values, expected) {
      #expect(abs(value - expected) < SplineFieldTests.tolerance)
    }
  }
}
