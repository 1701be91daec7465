/// Range, mean and standard deviation of intensities; all 0 for none.
package struct IntensityStatistics: Sendable {
  package var minimum: Float = 0
  package var maximum: Float = 0
  package var mean: Float = 0
  package var deviation: Float = 0

  /// Sums are kept in double precision: a million squares in single precision lose the digits that matter.
  package init(_ values: [Float]) {
    guard let first = values.first else { return }
    (minimum, maximum) = (first, first)
    var (sum, squares) = (0.0, 0.0)
    values.withUnsafeBufferPointer { values in
      for value in values {
        minimum = value < minimum ? value : minimum
        maximum = value > maximum ? value : maximum
        // About the first value, not about 0: no digits cancel where the mean is large.
        let difference = Double(value - first)
        sum += difference
        squares += difference * difference
      }
    }
    let count = Double(values.count)
    mean = first + Float(sum / count)
    deviation = Float(max(0, squares / count - (sum / count) * (sum / count)).squareRoot())
  }
}
