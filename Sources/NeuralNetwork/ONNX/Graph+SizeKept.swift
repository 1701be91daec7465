extension Graph {
  /// Whether the output is as large as the input at every size that the graph accepts, so that both can be
  /// declared under the same names.
  ///
  /// A U-Net is so: at a size that its strides do not divide, its skip connections do not fit. Without them, a
  /// size that is not a multiple comes back rounded up. Tried at sizes over some periods of the strides, after
  /// which layers with windows repeat themselves.
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

  /// No encoder halves a head more often than seven times.
  private static let longestPeriod = 128
}
