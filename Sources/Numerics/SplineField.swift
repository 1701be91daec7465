/// A smooth scalar field over a box of voxels: a uniform cubic B-spline with few control points.
///
/// At each voxel the field is a weighted mean of control values, so that it never leaves their range.
package struct SplineField: Sendable {
  /// The numbers of control points along i, j and k: three more than intervals.
  package let shape: SIMD3<Int>
  /// The control values, i fastest.
  package let values: [Float]
  /// The control points and weights of each voxel, for each axis.
  package var taps: [[Tap]]

  /// The first of the four control points that influence a position on an axis, and the weights of the four.
  package struct Tap: Sendable {
    var first: Int
    var weights: SIMD4<Float>
  }

  /// Makes a field with control values from a closure.
  /// - Parameters:
  ///   - size: The numbers of voxels of the box along i, j and k.
  ///   - spacing: The distances of the control points in voxels.
  ///   - value: The source of the control values. It is called once for each control point, i fastest.
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

  /// Returns the four cubic B-spline weights at `position`, which is measured in intervals.
  private static func tap(at position: Double, _ intervals: Int) -> Tap {
    let first = min(Int(position), intervals - 1)
    return Tap(first: first, weights: SIMD4<Float>(CubicBSpline.weights(at: position - Double(first))))
  }
}

/// The evaluation of a spline field along one row of voxels after the other.
///
/// All voxels of a row have the same weights along j and k. The control values are therefore contracted along j and k
/// first, which leaves four products for each voxel instead of 64.
package struct SplineRow {
  /// The values at the voxels of the current row.
  package private(set) var values: [Float]
  private let field: SplineField
  /// The control values contracted along j and k: one for each control point along i.
  private var line: [Float]

  /// Prepares the evaluation of a field. The values are 0 before the first call of `move`.
  package init(_ field: SplineField) {
    self.field = field
    values = Array(repeating: 0, count: field.taps[0].count)
    line = Array(repeating: 0, count: field.shape.x)
  }

  /// Evaluates the field at the voxels (·, j, k).
  package mutating func move(toRow j: Int, slab k: Int) {
    contract(field.taps[1][j], field.taps[2][k])
    line.withUnsafeBufferPointer { line in
      field.taps[0].withUnsafeBufferPointer { taps in
        values.withUnsafeMutableBufferPointer { values in
          for i in 0..<values.count {
            let (first, weights) = (taps[i].first, taps[i].weights)
            values[i] =
              weights.x * line[first] + weights.y * line[first + 1] + weights.z * line[first + 2]
              + weights.w * line[first + 3]
          }
        }
      }
    }
  }

  /// Contracts the control values with the weights of row j and slab k.
  private mutating func contract(_ row: SplineField.Tap, _ slab: SplineField.Tap) {
    let shape = field.shape
    field.values.withUnsafeBufferPointer { control in
      line.withUnsafeMutableBufferPointer { line in
        for i in 0..<shape.x { line[i] = 0 }
        for c in 0..<4 {
          for b in 0..<4 {
            let weight = slab.weights[c] * row.weights[b]
            let start = shape.x * (row.first + b + shape.y * (slab.first + c))
            for i in 0..<shape.x { line[i] += weight * control[start + i] }
          }
        }
      }
    }
  }
}
