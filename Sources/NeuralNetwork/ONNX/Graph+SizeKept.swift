extension Graph {
  /// Whether the output has the size of the input for every size that the graph accepts. Both can then be declared with
  /// the same names of dimensions.
  ///
  /// This is true for a U-Net, because its skip connections reject sizes that its strides do not divide. Without skip
  /// connections such sizes are rounded up. The property is tested for sizes over some periods of the strides, because
  /// layers with windows repeat after a period.
  var keepsSize: Bool {
    let period = deepestStride.max()
    guard period > 0, period <= Self.longestPeriod else { return false }
    var accepted = 0
    for length in 1...4 * period {
      let size = SIMD3(repeating: length)
      guard let shapes = try? shapes(forSize: size) else { continue }
      guard shapes[output].size == size else { return false }
      accepted += 1
    }
    return accepted > 0
  }

  /// The largest period: no encoder halves a head more often than seven times.
  private static let longestPeriod = 128
}
