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
