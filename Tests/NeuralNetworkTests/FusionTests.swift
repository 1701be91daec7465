import NeuralNetwork
import Numerics
import Testing

/// What the compiler computes together, beside the same mathematics written so that it cannot.
@Suite("Operations computed together give what they give apart")
struct FusionTests {
  /// Sums of a few hundred products in another order.
  private static let tolerance: Float = 2e-5

  /// A convolution of a concatenation, and the sum of two convolutions with its weights' shares.
  @Test("a convolution of a concatenation", arguments: [1, 2], [SIMD3(4, 6, 8), SIMD3(5, 3, 7)])
  func concatenation(batch: Int, size: SIMD3<Int>) throws {
    var joined = Graph()
    let (a, b) = (joined.input(channels: 16), joined.input(channels: 32))
    _ = joined.convolution(joined.concatenation([a, b]), outputChannels: 16, kernel: 3)
    var apart = Graph()
    let (c, d) = (apart.input(channels: 16), apart.input(channels: 32))
    let first = apart.convolution(c, outputChannels: 16, kernel: 3)
    _ = apart.addition(first, apart.convolution(d, outputChannels: 16, kernel: 3))

    var generator = SplitMix64(seed: 3)
    let whole = Parameters(for: joined, using: &generator)
    let shares = Self.shares(of: whole, for: apart, inputs: [16, 32])
    let inputs = [16, 32].map {
      Tensor.random(shape: [batch, $0, size.x, size.y, size.z], using: &generator)
    }
    let found = try gradients(joined, whole, inputs)
    let expected = try gradients(apart, shares, inputs)
    #expect(difference(found.output.values, expected.output.values) < Self.tolerance)
    for (f, e) in zip(found.inputs, expected.inputs) {
      #expect(difference(f.values, e.values) < Self.tolerance)
    }
    let foundShares = Self.shares(
      of: Parameters(slots: whole.slots, values: found.parameters), for: apart, inputs: [16, 32])
    // Biases apart: both convolutions of the sum have the gradient of the one.
    for slot in shares.slots where slot.role == .weight {
      #expect(
        difference(Array(foundShares.values[slot.range]), Array(expected.parameters[slot.range]))
          < Self.tolerance)
    }
  }

  @Test("a convolution and the skip that is added to it", arguments: [false, true])
  func addition(convolutionFirst: Bool) throws {
    func build(blocked: Bool) -> Graph {
      var graph = Graph()
      let x = graph.convolution(graph.input(channels: 3), outputChannels: 16, kernel: 1)
      let y = graph.convolution(graph.leakyReLU(x), outputChannels: 16, kernel: 3)
      let z = convolutionFirst ? graph.addition(y, x) : graph.addition(x, y)
      // A second reader of the skip keeps its memory from being written over.
      _ = blocked ? graph.addition(z, graph.addition(x, x)) : z
      return graph
    }
    var generator = SplitMix64(seed: 5)
    let parameters = Parameters(for: build(blocked: false), using: &generator)
    let input = Tensor.random(shape: [2, 3, 4, 5, 6], using: &generator)
    let fused = try predict(build(blocked: false), parameters, [input])
    let blocked = try predict(build(blocked: true), parameters, [input])
    var skip = Graph()
    _ = skip.convolution(skip.input(channels: 3), outputChannels: 16, kernel: 1)
    let slots = skip.parameterSlots
    let own = Parameters(
      slots: slots, values: Array(parameters.values.prefix(slots.reduce(0) { $0 + $1.count })))
    let x = try predict(skip, own, [input])
    let expected = zip(blocked.values, x.values).map { $0 - 2 * $1 }
    #expect(difference(fused.values, expected) < Self.tolerance)
  }

  @Test("the gradient of one output of a matrix product is the row of the matrix")
  func inputGradient() throws {
    var graph = Graph()
    _ = graph.dense(graph.input(channels: 1, size: [4, 5, 6]), outputs: 4)
    let executable = try Executable(
      graph, batch: 1, size: [4, 5, 6], purpose: .training(inputGradients: true))
    var generator = SplitMix64(seed: 17)
    let parameters = Parameters(for: graph, using: &generator)
    try executable.setParameters(parameters)
    let input = Tensor.random(shape: [1, 1, 4, 5, 6], using: &generator)
    _ = try executable.predict([input])
    let cotangent = Tensor(shape: executable.outputShape, values: [0, 1, 0, 0])
    // The gradient of one output of a matrix product is the row of the matrix.
    let row = Array(parameters.values[120..<240])
    for _ in 0..<2 { #expect(try executable.gradients(cotangent: cotangent).inputs[0].values == row) }
    // The gradient is in the plain layout already and is not copied. The weights, whose layout in the forward pass
    // depends on the processor, may be reordered for the backward pass, once.
    #expect(try executable.profile([input]).count { $0.work == "reorder" } <= 1)
  }

  /// The joined convolution's weights [O, I₁ + I₂, …] as two [O, Iₙ, …], its bias with the first.
  private static func shares(of whole: Parameters, for graph: Graph, inputs: [Int]) -> Parameters {
    var result = Parameters(zerosFor: graph)
    let total = inputs.reduce(0, +)
    let (weights, bias) = (whole.slots[0], whole.slots[1])
    let kernel = weights.count / (weights.shape[0] * total)
    var first = 0
    for (slot, channels) in zip(result.slots.filter { $0.role == .weight }, inputs) {
      for o in 0..<weights.shape[0] {
        let source = weights.offset + (o * total + first) * kernel
        let target = slot.offset + o * channels * kernel
        result.values.replaceSubrange(
          target..<target + channels * kernel, with: whole.values[source..<source + channels * kernel])
      }
      first += channels
    }
    let slot = result.slots[1]
    result.values.replaceSubrange(slot.range, with: whole.values[bias.range])
    return result
  }

  private func predict(_ graph: Graph, _ parameters: Parameters, _ inputs: [Tensor]) throws -> Tensor {
    let shape = inputs[0].shape
    let executable = try Executable(graph, batch: shape[0], size: [shape[2], shape[3], shape[4]])
    try executable.setParameters(parameters)
    return try executable.predict(inputs)
  }

  private func gradients(
    _ graph: Graph, _ parameters: Parameters, _ inputs: [Tensor]
  ) throws -> (output: Tensor, parameters: [Float], inputs: [Tensor]) {
    let shape = inputs[0].shape
    let executable = try Executable(
      graph, batch: shape[0], size: [shape[2], shape[3], shape[4]], purpose: .training(inputGradients: true))
    try executable.setParameters(parameters)
    let output = try executable.predict(inputs)
    var generator = SplitMix64(seed: 11)
    let cotangent = Tensor.random(shape: output.shape, using: &generator)
    let result = try executable.gradients(cotangent: cotangent)
    #expect(difference(try predict(graph, parameters, inputs).values, output.values) < Self.tolerance)
    return (output, result.parameters, result.inputs)
  }
}
