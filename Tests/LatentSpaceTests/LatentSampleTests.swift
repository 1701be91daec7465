import Foundation
import LatentSpace
import NeuralNetwork
import Numerics
import Testing

@Suite("Sample of a latent distribution")
struct LatentSampleTests {
  /// A loss of the sample that is easy to differentiate, plus the weighted divergence.
  private func loss(_ output: [Float], weight: Float, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed)
    let sample = LatentSample(Tensor(shape: [2, 6], values: output), size: 3, true, &generator)
    let square = sample.values.enumerated().reduce(0.0) {
      $0 + Double($1.element * $1.element) * Double($1.offset + 1) / 2
    }
    var divergence = 0.0
    for n in 0..<2 {
      for j in 0..<3 {
        let (mean, spread) = (Double(output[6 * n + j]), Double(output[6 * n + 3 + j]))
        divergence += (exp(spread) + mean * mean - 1 - spread) / 2
      }
    }
    return square + Double(weight) * divergence
  }

  /// Of single precision differences over 0.02.
  private static let tolerance = 5e-3

  @Test("its gradient is that of finite differences", arguments: [Float(0), 0.7])
  func gradient(weight: Float) {
    let output: [Float] = [0.3, -0.8, 1.1, -0.5, 0.2, -1.4, 0.9, 0.1, -0.6, 0.4, -0.9, 0.3]
    var generator = SeededGenerator(seed: 5)
    let sample = LatentSample(Tensor(shape: [2, 6], values: output), size: 3, true, &generator)
    let bySample = sample.values.enumerated().map { $0.element * Float($0.offset + 1) }
    let found = sample.cotangent(bySample, divergenceWeight: weight).values
    for i in output.indices {
      var (above, below) = (output, output)
      above[i] += 0.01
      below[i] -= 0.01
      let slope = (loss(above, weight: weight, seed: 5) - loss(below, weight: weight, seed: 5)) / 0.02
      #expect(abs(Double(found[i]) - slope) < Self.tolerance * max(1, abs(slope)))
    }
  }

  @Test("without a distribution the vector passes through, and so does its gradient")
  func plain() {
    var generator = SeededGenerator(seed: 1)
    let sample = LatentSample(Tensor(shape: [1, 3], values: [1, 2, 3]), size: 3, false, &generator)
    #expect(sample.values == [1, 2, 3])
    #expect(sample.cotangent([4, 5, 6], divergenceWeight: 1).values == [4, 5, 6])
  }
}
