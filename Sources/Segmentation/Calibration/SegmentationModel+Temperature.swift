import NeuralNetwork

extension SegmentationModel {
  /// Returns the model whose probabilities are softmax(ln p / T) of this model's probabilities p. Weights and biases of
  /// the convolution before the softmax are divided by T, so the temperature needs no further handling.
  ///
  /// If the model is applied to tiles, the probabilities of each tile are scaled before the tiles are aggregated.
  /// - Parameters:
  ///   - temperature: T, above 0.
  ///   - path: the model's file, for error messages.
  /// - Throws: `CalibrationError.noConvolutionBeforeSoftmax`.
  public func tempered(by temperature: Double, path: String = "model") throws(CalibrationError)
    -> SegmentationModel
  {
    precondition(temperature > 0 && temperature.isFinite, "the temperature must be positive and finite")
    let names = Set(try logits(path).map(\.name))
    var model = self
    for slot in parameters.slots
    where [.weight, .bias].contains(slot.role)
      && names.contains(String(slot.name.dropLast(slot.role.rawValue.count + 1)))
    {
      for index in slot.range {
        model.parameters.values[index] = Float(Double(parameters.values[index]) / temperature)
      }
    }
    model.provenance.temperature = (provenance.temperature ?? 1) * temperature
    return model
  }

  /// Returns the convolutions whose outputs are the logits. Between them and the softmax, values may be reordered and
  /// added only.
  private func logits(_ path: String) throws(CalibrationError) -> [Graph.Node] {
    guard let last = graph.nodes.last, last.operation == .softmax, let input = last.inputs.first else {
      throw .noConvolutionBeforeSoftmax(path: path, found: graph.nodes.suffix(1).map(\.name))
    }
    return try convolutions(of: input, after: [last.name], path)
  }

  private func convolutions(
    of id: Graph.ID, after chain: [String], _ path: String
  ) throws(CalibrationError) -> [Graph.Node] {
    let node = graph.nodes[id]
    let chain = chain + [node.name]
    switch node.operation {
    case .convolution: return [node]
    case .depthToSpace, .spaceToDepth, .addition:
      var found: [Graph.Node] = []
      for input in node.inputs { found += try convolutions(of: input, after: chain, path) }
      return found
    default: throw .noConvolutionBeforeSoftmax(path: path, found: chain)
    }
  }
}
