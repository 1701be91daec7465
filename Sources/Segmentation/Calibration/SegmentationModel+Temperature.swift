import NeuralNetwork

extension SegmentationModel {
  /// The model whose probabilities are softmax(ln p / T) of this one's. Weights and bias of the convolution before the
  /// softmax are divided by T, so that whoever uses the model need not know of it.
  ///
  /// For a network that sees tiles, it is each tile's probabilities that are tempered, before they are blended.
  /// - Parameter path: the model's file, for the error's words.
  /// - Throws: `CalibrationError.noConvolutionBeforeSoftmax`.
  public func tempered(by temperature: Double, path: String = "model") throws(CalibrationError)
    -> SegmentationModel
  {
    precondition(temperature > 0 && temperature.isFinite, "a temperature lies above 0")
    let name = try logits(path).name
    var model = self
    for slot in parameters.slots where ["weight", "bias"].contains(where: { slot.name == "\(name).\($0)" }) {
      for index in slot.range {
        model.parameters.values[index] = Float(Double(parameters.values[index]) / temperature)
      }
    }
    model.provenance.temperature = (provenance.temperature ?? 1) * temperature
    return model
  }

  /// The convolution whose values, put in another order at most, the last node makes probabilities of.
  private func logits(_ path: String) throws(CalibrationError) -> Graph.Node {
    var chain: [String] = []
    var id = graph.output
    while graph.nodes.indices.contains(id) {
      let node = graph.nodes[id]
      chain.append(node.name)
      switch node.operation {
      case .convolution where chain.count > 1: return node
      case .softmax where chain.count == 1, .depthToSpace where chain.count > 1,
        .spaceToDepth where chain.count > 1:
        guard let input = node.inputs.first else { break }
        id = input
        continue
      default: break
      }
      throw .noConvolutionBeforeSoftmax(path: path, found: chain)
    }
    throw .noConvolutionBeforeSoftmax(path: path, found: chain)
  }
}
