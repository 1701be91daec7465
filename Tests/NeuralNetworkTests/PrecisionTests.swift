import NeuralNetwork
import Numerics
import Testing

/// bf16 keeps 8 bits of significand, so a number is off by up to 2⁻⁹ of itself, layer after layer.
@Suite("bf16 follows f32", .enabled(if: Precision.bfloat16.isAvailable, "no bf16 instructions"))
struct PrecisionTests {
  private static let network: Graph = {
    var network = Autoencoder(outputChannels: 4)
    network.levels = 3
    return network.graph
  }()

  private static let shape = [2, 1, 16, 20, 24]

  private static func executable(_ precision: Precision, _ purpose: Executable.Purpose) throws -> Executable {
    var generator = SplitMix64(seed: 9)
    let executable = try Executable(
      network, batch: shape[0], size: [shape[2], shape[3], shape[4]], purpose: purpose, precision: precision)
    try executable.setParameters(Parameters(for: network, using: &generator))
    return executable
  }

  private static let input: Tensor = {
    var generator = SplitMix64(seed: 10)
    return .random(shape: shape, using: &generator)
  }()

  @Test("probabilities differ by little more than bf16's own steps")
  func prediction() throws {
    let expected = try Self.executable(.float32, .inference).predict([Self.input])
    let found = try Self.executable(.bfloat16, .inference).predict([Self.input])
    let differences = zip(found.values, expected.values).map { abs($0 - $1) }
    // Eight layers of 2⁻⁹ each, in quadrature, times the slope of a softmax, at most a quarter, times activations
    // of about four: 0.006 is one standard deviation of the largest.
    #expect(differences.reduce(0, +) / Float(differences.count) < 0.006)
    #expect((differences.max() ?? 1) < 0.06)
  }

  @Test("gradients point the same way")
  func gradients() throws {
    var generator = SplitMix64(seed: 12)
    let classes = (0..<Self.input.values.count).map { _ in UInt8.random(in: 0..<4, using: &generator) }
    func gradient(_ precision: Precision) throws -> (loss: Double, values: [Float]) {
      let executable = try Self.executable(precision, .training())
      var values = [Float](repeating: 0, count: Self.network.parameterSlots.reduce(0) { $0 + $1.count })
      let loss = try executable.trainingStep(
        from: [Self.input], target: .classes(classes),
        loss: Loss(.crossEntropy) + Loss(.softDice(includingBackground: false)), gradient: &values)
      return (loss, values)
    }
    let (expected, found) = (try gradient(.float32), try gradient(.bfloat16))
    #expect(abs(found.loss - expected.loss) < 0.005 * expected.loss)
    let dot = zip(found.values, expected.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    func norm(_ values: [Float]) -> Double {
      values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    #expect(dot / (norm(found.values) * norm(expected.values)) > 0.99)
    #expect(abs(norm(found.values) / norm(expected.values) - 1) < 0.05)
  }

  @Test("a prediction's bytes do not depend on the number of threads", arguments: Precision.allCases)
  func threads(precision: Precision) throws {
    var generator = SplitMix64(seed: 9)
    let parameters = Parameters(for: Self.network, using: &generator)
    let results = try [1, 2, 3, 5].map { threads in
      let executable = try Executable(
        Self.network, batch: Self.shape[0], size: [Self.shape[2], Self.shape[3], Self.shape[4]],
        precision: precision, threads: threads)
      try executable.setParameters(parameters)
      return try executable.predict([Self.input])
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }
}
