import Foundation

extension Parameters {
  /// Makes random initial weights: normally distributed with variance 2 / fan-in (He et al. 2015, arXiv 1502.01852).
  /// Scales are 1, and biases and shifts are 0. The same generator state gives the same weights.
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

  /// Returns a normally distributed number, by the transform of Box and Muller (1958).
  private static func standardNormal(using generator: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)))
      .squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }
}

extension ParameterSlot {
  /// The number of products in the sum of one output: the size of all axes of a weight except the first. For a
  /// transposed convolution, whose first axis is the input, the number is the same up to its stride.
  fileprivate var fanIn: Int { max(1, count / max(1, shape[0])) }
}
