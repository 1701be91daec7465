extension [Double] {
  /// The arithmetic mean, or 0 without values.
  package var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// The standard deviation of the population (divisor n, not n - 1), or 0 without values.
  package var standardDeviation: Double {
    let mean = mean
    return isEmpty ? 0 : (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
  }
}
