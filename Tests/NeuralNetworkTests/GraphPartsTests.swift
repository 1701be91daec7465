import NeuralNetwork
import Numerics
import Testing

@Suite("Parts of a graph")
struct GraphPartsTests {
  private func autoencoder(skips: Bool) -> Graph {
    var architecture = Autoencoder(outputChannels: 2)
    (architecture.levels, architecture.channels, architecture.latentSize) = (3, 16, 5)
    architecture.size = [8, 8, 8]
    architecture.skipConnections = skips
    architecture.output = .sigmoid
    return architecture.graph
  }

  @Test("encoder and decoder, one after the other, are the autoencoder")
  func halves() throws {
    let whole = autoencoder(skips: false)
    let encoder = try #require(whole.part(endingAt: Autoencoder.latentName))
    let decoder = try #require(whole.part(beginningAfter: Autoencoder.latentName))
    var generator = SplitMix64(seed: 1)
    let parameters = Parameters(for: whole, using: &generator)
    let image = Tensor(
      shape: [1, 1, 8, 8, 8], values: (0..<512).map { _ in Float.random(in: -1...1, using: &generator) })
    func run(_ graph: Graph, _ input: Tensor, size: SIMD3<Int>) throws -> Tensor {
      let executable = try Executable(graph, batch: 1, size: size, threads: 1)
      try executable.setParameters(try parameters.part(for: graph))
      return try executable.predict([input])
    }
    let latent = try run(encoder, image, size: [8, 8, 8])
    #expect(latent.shape == [1, 5, 1, 1, 1])
    let halves = try run(decoder, latent, size: .one)
    let expected = try run(whole, image, size: [8, 8, 8])
    #expect(halves.shape == expected.shape)
    for (a, b) in zip(halves.values, expected.values) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("what skip connections tie together is not cut, nor what is not there")
  func uncut() {
    let tied = autoencoder(skips: true)
    #expect(tied.part(beginningAfter: Autoencoder.latentName) == nil)
    #expect(tied.part(endingAt: "nothing") == nil && tied.part(beginningAfter: "nothing") == nil)
  }
}
