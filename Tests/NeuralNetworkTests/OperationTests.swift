import NeuralNetwork
import Testing

/// Single precision keeps 7 digits; sums of a few hundred products, in another order, keep 5.
private let tolerance: Float = 1e-5

@Suite("Each operation agrees with PyTorch, forward and backward")
struct OperationTests {
  @Test("output and gradients are the reference's", arguments: try ReferenceNumbers.load().cases)
  func agrees(with reference: ReferenceNumbers.Case) throws {
    let graph = try reference.graph()
    let size = SIMD3(reference.inputs[0].shape[2], reference.inputs[0].shape[3], reference.inputs[0].shape[4])
    let executable = try Executable(
      graph, batch: reference.inputs[0].shape[0], size: size, purpose: .training(inputGradients: true))
    try executable.setParameters(try reference.parameters(for: graph))
    let output = try executable.predict(reference.inputs.map(\.tensor))
    #expect(output.values.count == reference.output.values.count)
    #expect(difference(output.values, reference.output.values) < tolerance)

    let cotangent = Tensor(shape: output.shape, values: reference.cotangent.values)
    let gradients = try executable.gradients(cotangent: cotangent)
    for (found, expected) in zip(gradients.inputs, reference.inputGradients) {
      #expect(difference(found.values, expected.values) < tolerance)
    }
    #expect(gradients.inputs.count == reference.inputGradients.count)
    let expected = (reference.weightGradient?.values ?? []) + (reference.biasGradient?.values ?? [])
    #expect(difference(Array(gradients.parameters.prefix(expected.count)), expected) < tolerance)

    let inference = try Executable(graph, batch: reference.inputs[0].shape[0], size: size)
    try inference.setParameters(try reference.parameters(for: graph))
    let inferred = try inference.predict(reference.inputs.map(\.tensor))
    #expect(difference(inferred.values, reference.output.values) < tolerance)
  }
}

extension ReferenceNumbers.Case {
  fileprivate func graph() throws -> Graph {
    var graph = Graph()
    let ids = try inputs.map { input in
      let size = operation == "dense" ? SIMD3(input.shape[2], input.shape[3], input.shape[4]) : nil
      return try graph.append(.input(TensorShape(channels: input.shape[1], size: size)))
    }
    _ = try graph.append(try operation(outputs: output.shape[1]), inputs: ids)
    return graph
  }

  fileprivate func parameters(for graph: Graph) throws -> Parameters {
    var values = (weights?.values ?? []) + (bias?.values ?? [])
    // The engine's convolutions always have a bias; where PyTorch's has none, ours is zero.
    if bias == nil, weights != nil { values += Array(repeating: 0, count: output.shape[1]) }
    try #require(values.count == graph.parameterSlots.reduce(0) { $0 + $1.count })
    return Parameters(slots: graph.parameterSlots, values: values)
  }

  private func triple(_ values: [Int]?) throws -> SIMD3<Int> {
    let values = try #require(values)
    return SIMD3(values[0], values[1], values[2])
  }

  private func operation(outputs: Int) throws -> Operation {
    switch operation {
    case "convolution":
      .convolution(
        outputChannels: outputs, kernel: try triple(kernel), stride: try triple(stride),
        padding: try triple(padding))
    case "transposedConvolution":
      .transposedConvolution(
        outputChannels: outputs, kernel: try triple(kernel), stride: try triple(stride),
        padding: try triple(padding))
    case "maxPooling": .maxPooling(kernel: try triple(kernel), stride: try triple(stride))
    case "averagePooling": .averagePooling(kernel: try triple(kernel), stride: try triple(stride))
    case "instanceNormalization": .instanceNormalization(epsilon: try #require(epsilon))
    case "dense": .dense(outputs: outputs)
    case "relu": .relu
    case "leakyRelu": .leakyReLU(slope: slope ?? 0.01)
    case "sigmoid": .sigmoid
    case "softmax": .softmax
    case "concatenation": .concatenation
    case "addition": .addition
    case "linearUpsampling": .linearUpsampling
    case "nearestUpsampling": .nearestUpsampling
    default: throw UnknownOperation(name: operation)
    }
  }

  private struct UnknownOperation: Error { var name: String }
}
