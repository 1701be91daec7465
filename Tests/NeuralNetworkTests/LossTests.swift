import NeuralNetwork
import Numerics
import Testing

/// Single precision over some hundred elements.
private let tolerance: Float = 2e-6

@Suite("Losses agree with PyTorch")
struct LossTests {
  @Test("value and gradient are the reference's", arguments: try ReferenceNumbers.load().losses)
  func agrees(with reference: ReferenceNumbers.LossCase) throws {
    // A 1×1×1 convolution with the identity as weights, so that the gradient with respect to its bias and to
    // the logits can be had from the engine's own way of training.
    let shape = reference.prediction.shape
    var graph = Graph()
    let x = graph.input(channels: shape[1])
    let y = graph.convolution(x, outputChannels: shape[1], kernel: 1)
    switch reference.activation {
    case "sigmoid": _ = graph.sigmoid(y)
    case "softmax": _ = graph.softmax(y)
    default: break
    }
    let executable = try Executable(
      graph, batch: shape[0], size: [shape[2], shape[3], shape[4]], purpose: .training(inputGradients: true))
    var parameters = Parameters(zerosFor: graph)
    for channel in 0..<shape[1] { parameters.values[channel * shape[1] + channel] = 1 }
    try executable.setParameters(parameters)
    var gradient = parameters.values
    let value = try executable.trainingStep(
      from: [reference.prediction.tensor], target: reference.engineTarget, loss: try reference.engineLoss(),
      gradient: &gradient)
    #expect(abs(Float(value - reference.value)) < tolerance * max(1, Float(reference.value)))
    let logits = try #require(executable.inputGradients.first)
    #expect(difference(logits.values, reference.gradient.values) < tolerance)
  }

  @Test("a sum of losses has the sum of values and of gradients")
  func sums() throws {
    var graph = Graph()
    _ = graph.softmax(graph.convolution(graph.input(channels: 2), outputChannels: 3, kernel: 1))
    let executable = try Executable(graph, batch: 2, size: [3, 5, 7], purpose: .training())
    var generator = SplitMix64(seed: 3)
    try executable.setParameters(Parameters(for: graph, using: &generator))
    let input = Tensor.random(shape: [2, 2, 3, 5, 7], using: &generator)
    let classes = Target.classes((0..<210).map { UInt8($0 % 3) })
    func learn(_ loss: Loss) throws -> (Double, [Float]) {
      var gradient = Parameters(zerosFor: graph).values
      let value = try executable.trainingStep(from: [input], target: classes, loss: loss, gradient: &gradient)
      return (value, gradient)
    }
    let entropy = try learn(Loss(.crossEntropy, weight: 2))
    let dice = try learn(Loss(.softDice(includingBackground: true), weight: 0.5))
    let both = try learn(
      Loss(.crossEntropy, weight: 2) + Loss(.softDice(includingBackground: true), weight: 0.5))
    #expect(abs(both.0 - entropy.0 - dice.0) < 1e-6)
    #expect(difference(both.1, zip(entropy.1, dice.1).map { $0 + $1 }) < tolerance)
  }
}

extension ReferenceNumbers.LossCase {
  fileprivate var engineTarget: Target {
    loss == "crossEntropy" || activation == "softmax"
      ? .classes(target.values.map { UInt8($0) }) : .values(target.values)
  }

  fileprivate func engineLoss() throws -> Loss {
    switch loss {
    case "binaryCrossEntropy": Loss(.binaryCrossEntropy)
    case "crossEntropy": Loss(.crossEntropy)
    case "softDice":
      Loss(.softDice(includingBackground: includeBackground ?? true, smoothing: try #require(epsilon)))
    default: Loss(.meanSquaredError)
    }
  }
}
