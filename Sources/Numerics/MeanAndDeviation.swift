extension [Double] {
  package var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// Over n, not n - 1.
  package var standardDeviation: Double {
    let mean = mean
    return isEmpty ? 0 : (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
  }
}
