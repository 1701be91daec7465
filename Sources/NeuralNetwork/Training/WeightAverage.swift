import Foundation

/// A mean of the weights that a training has passed through, the later the heavier: steadier than the last ones while
/// the learning rate is high, and the same where it has fallen to 0.
///
/// The weights of step m count as mᵞ, so that the mean looks back over the same share of a training however long
/// it is: Karras et al. 2024 (arXiv 2312.02696, section 3.1).
public struct WeightAverage: Sendable {
  /// γ. The standard deviation of the steps that count is 0.05 of all with 16.97, and 0.10 with 6.94.
  public let power: Float
  /// Empty before the first step.
  public private(set) var values: [Float]

  public init(power: Float, values: [Float] = []) {
    self.power = power
    self.values = values
  }

  /// Takes in the weights after a step, the first of which is number 1.
  public mutating func update(with weights: [Float], step: Int) {
    guard step > 1, values.count == weights.count else {
      values = weights
      return
    }
    let kept = Float(pow(1 - 1 / Double(step), Double(power) + 1))
    for i in values.indices { values[i] = weights[i] + kept * (values[i] - weights[i]) }
  }
}
