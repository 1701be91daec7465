import Foundation
import NeuralNetwork
import Numerics

/// Latent vectors of a batch, or samples of their distributions z = μ + exp(s / 2) ε.
package struct LatentSample {
  /// [N, size].
  package private(set) var values: [Float]
  private let means, spreads, noise: [Float]
  private let size: Int
  private let shape: [Int]

  /// - Parameter output: of the encoder: [N, size] or, variational, [N, 2 size] with means first.
  package init(_ output: Tensor, size: Int, _ isVariational: Bool, _ generator: inout SeededGenerator) {
    self.size = size
    shape = output.shape
    guard isVariational else {
      values = output.values
      (means, spreads, noise) = ([], [], [])
      return
    }
    let batch = output.values.count / (2 * size)
    func part(_ first: Int) -> [Float] {
      (0..<batch).flatMap { n -> ArraySlice<Float> in
        let start = 2 * size * n + first
        return output.values[start..<start + size]
      }
    }
    let (means, spreads) = (part(0), part(size))
    let noise = means.map { _ in NormalDistribution.standard.next(using: &generator) }
    (self.means, self.spreads, self.noise) = (means, spreads, noise)
    values = means
    for i in means.indices { values[i] += expf(spreads[i] / 2) * noise[i] }
  }

  /// The gradient by the encoder's output, of the loss and of the divergence from a standard normal distribution,
  /// ½ Σ(exp(s) + μ² - 1 - s).
  package func cotangent(_ gradient: [Float], divergenceWeight: Float) -> Tensor {
    guard !noise.isEmpty else { return Tensor(shape: shape, values: gradient) }
    var result = Tensor(shape: shape)
    for i in gradient.indices {
      let (n, j) = i.quotientAndRemainder(dividingBy: size)
      let variance = expf(spreads[i])
      let mean = 2 * size * n + j
      let bySample = gradient[i] * noise[i] * variance.squareRoot() / 2
      result.values[mean] = gradient[i] + divergenceWeight * means[i]
      result.values[mean + size] = bySample + divergenceWeight * (variance - 1) / 2
    }
    return result
  }
}
