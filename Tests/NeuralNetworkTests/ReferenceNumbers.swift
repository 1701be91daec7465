import Foundation
import NeuralNetwork
import Testing

/// The numbers of Fixtures/reference.json, which make_reference.py made with PyTorch.
struct ReferenceNumbers: Decodable, Sendable {
  struct Numbers: Decodable, Sendable {
    var shape: [Int]
    var values: [Float]
    var tensor: Tensor { Tensor(shape: shape, values: values) }
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var operation: String
    var kernel, stride, padding: [Int]?
    var epsilon, slope: Float?
    var inputs: [Numbers]
    var weights, bias: Numbers?
    var output, cotangent: Numbers
    var inputGradients: [Numbers]
    var weightGradient, biasGradient: Numbers?
    var testDescription: String { name }
  }

  struct LossCase: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var loss: String
    var activation: String?
    var includeBackground: Bool?
    var epsilon: Float?
    var prediction, target, gradient: Numbers
    var value: Double
    var testDescription: String { name }
  }

  struct OptimizerCase: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var optimizer: String
    var learningRate: Float
    var momentum, beta1, beta2, epsilon, weightDecay: Float?
    var start: [Float]
    var gradients, weights: [[Float]]
    var testDescription: String { name }
  }

  var cases: [Case]
  var losses: [LossCase]
  var optimizers: [OptimizerCase]

  static func load() throws -> ReferenceNumbers {
    let url = try #require(
      Bundle.module.url(forResource: "reference", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(ReferenceNumbers.self, from: Data(contentsOf: url))
  }
}

/// Largest absolute difference of two arrays, relative to the largest absolute number of the second where
/// that exceeds 1.
func difference(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  let scale = max(1, expected.map(abs).max() ?? 1)
  return zip(found, expected).map { abs($0 - $1) }.max().map { $0 / scale } ?? 0
}
