import NeuralNetwork

extension Tensor {
  /// Uniform in −1…1.
  static func random(shape: [Int], using generator: inout some RandomNumberGenerator) -> Tensor {
    var tensor = Tensor(shape: shape)
    for index in tensor.values.indices { tensor.values[index] = .random(in: -1...1, using: &generator) }
    return tensor
  }
}
