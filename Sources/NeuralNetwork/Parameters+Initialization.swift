import Foundation

extension Parameters {
  /// Random weights to begin training from: normal with variance 2 / fan-in (He et al. 2015,
  /// arXiv 1502.01852), scales 1, biases and shifts 0. The same generator gives the same weights.
  public init(for graph: Graph, using generator: inout some RandomNumberGenerator) {
    self.init(zerosFor: graph)
    for slot in slots {
      switch slot.role {
      case .weight:
        let deviation = (2 / Double(slot.fanIn)).squareRoot()
        for index in slot.range {
          values[index] = Float(deviation * Self.standardNormal(using: &generator))
        }
      case .scale:
        for index in slot.range { values[index] = 1 }
      case .bias, .shift: break
      }
    }
  }

  /// By the transform of Box and Muller (1958).
  private static func standardNormal(using generator: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)))
      .squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }
}

extension ParameterSlot {
  /// How many products add up to one output: all of a weight's axes but the first. For a transposed
  /// convolution, whose first axis is the input, the same count up to its stride.
  fileprivate var fanIn: Int { max(1, count / max(1, shape[0])) }
}
