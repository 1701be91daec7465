import NeuralNetwork
import Numerics
import Testing

@Suite("Parameters of a wider network")
struct WideningTests {
  private static func network(channels: Int, levels: Int = 3, refinement: Int = 0) -> Autoencoder {
    var network = Autoencoder(outputChannels: 3)
    network.levels = levels
    network.channels = channels
    network.voxelBlocks = true
    network.refinementChannels = refinement
    return network
  }

  private static let image = [Float](unsafeUninitializedCapacity: 16 * 16 * 16) { values, count in
    var generator = SplitMix64(seed: 5)
    for index in values.indices { values[index] = Float.random(in: 0...1, using: &generator) }
    count = values.count
  }

  private static func answer(of graph: Graph, _ parameters: Parameters) throws -> [Float] {
    let executable = try Executable(graph, batch: 1, size: [16, 16, 16], precision: .float32, threads: 1)
    try executable.setParameters(parameters)
    return try executable.predict([Tensor(shape: [1, 1, 16, 16, 16], values: image)]).values
  }

  /// Sums of more terms, most of them 0, in another order.
  private static let tolerance: Float = 1e-5

  @Test("computes what the narrower one did, with skip connections and blocks of voxels")
  func sameFunction() throws {
    var generator = SplitMix64(seed: 1)
    let (narrow, wide) = (Self.network(channels: 8).graph, Self.network(channels: 24).graph)
    let parameters = Parameters(for: narrow, using: &generator)
    let widened = try Parameters(for: wide, widening: parameters, of: narrow, using: &generator)
    #expect(widened.values.count > parameters.values.count)
    let (before, after) = (try Self.answer(of: narrow, parameters), try Self.answer(of: wide, widened))
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < Self.tolerance })
  }

  @Test(
    "computes what it did without the correction at full resolution, and what the correction did with fewer channels"
  )
  func refined() throws {
    var generator = SplitMix64(seed: 4)
    let plain = Self.network(channels: 8).graph
    let refined = Self.network(channels: 8, refinement: 16).graph
    let parameters = Parameters(for: plain, using: &generator)
    var widened = try Parameters(for: refined, widening: parameters, of: plain, using: &generator)
    let before = try Self.answer(of: plain, parameters)
    let after = try Self.answer(of: refined, widened)
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < Self.tolerance })

    // All that a training could have changed, the correction too.
    for index in widened.values.indices {
      widened.values[index] += Float.random(in: -0.1...0.1, using: &generator)
    }
    let wide = Self.network(channels: 16, refinement: 16).graph
    let wider = try Parameters(for: wide, widening: widened, of: refined, using: &generator)
    let (narrow, found) = (try Self.answer(of: refined, widened), try Self.answer(of: wide, wider))
    #expect(zip(narrow, found).allSatisfy { abs($0 - $1) < Self.tolerance })
    #expect(zip(narrow, before).contains { abs($0 - $1) > 0.01 })
    #expect(throws: GraphError.self) {
      try Parameters(for: plain, widening: widened, of: refined, using: &generator)
    }
  }

  @Test("new channels have something to learn: not one of them is all zero")
  func newChannels() throws {
    var generator = SplitMix64(seed: 2)
    let (narrow, wide) = (Self.network(channels: 8).graph, Self.network(channels: 16).graph)
    let parameters = Parameters(for: narrow, using: &generator)
    let widened = try Parameters(for: wide, widening: parameters, of: narrow, using: &generator)
    let weight = try #require(widened["encoder.1.0.convolution.weight"])
    let row = weight.values.count / weight.shape[0]
    for channel in 0..<weight.shape[0] {
      #expect(weight.values[channel * row..<(channel + 1) * row].contains { $0 != 0 })
    }
  }

  @Test("a network that is narrower, or another, is refused by the node that differs")
  func refusals() throws {
    var generator = SplitMix64(seed: 3)
    let (narrow, wide) = (Self.network(channels: 8).graph, Self.network(channels: 16).graph)
    let parameters = Parameters(for: wide, using: &generator)
    #expect(throws: GraphError.notWider(node: "encoder.0.0.convolution")) {
      try Parameters(for: narrow, widening: parameters, of: wide, using: &generator)
    }
    #expect(throws: GraphError.self) {
      try Parameters(
        for: Self.network(channels: 16, levels: 2).graph, widening: parameters, of: wide, using: &generator)
    }
  }
}
