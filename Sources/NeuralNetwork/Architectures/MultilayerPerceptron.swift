/// Dense layers with ReLU between them (Rosenblatt 1958; trained by backpropagation, Rumelhart, Hinton and
/// Williams 1986).
public struct MultilayerPerceptron: Hashable, Codable, Sendable {
  public var inputs: Int
  public var hidden: [Int]
  public var outputs: Int
  public var output = Autoencoder.Output.identity

  public init(inputs: Int, hidden: [Int], outputs: Int) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
  }

  /// The network. Input [N, inputs, 1, 1, 1], output [N, outputs, 1, 1, 1].
  public var graph: Graph {
    var graph = Graph()
    var x = graph.input(channels: inputs, size: .one, name: "features")
    for width in hidden { x = graph.relu(graph.dense(x, outputs: width)) }
    x = graph.dense(x, outputs: outputs, name: "output")
    switch output {
    case .softmax: _ = graph.softmax(x)
    case .sigmoid: _ = graph.sigmoid(x)
    case .identity: break
    }
    return graph
  }
}
