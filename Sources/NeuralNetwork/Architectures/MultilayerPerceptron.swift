/// A multilayer perceptron: dense layers with ReLU between them (Rosenblatt 1958; backpropagation by Rumelhart, Hinton
/// and Williams 1986).
public struct MultilayerPerceptron: Hashable, Codable, Sendable {
  /// The number of features.
  public var inputs: Int
  /// The number of units of each hidden layer.
  public var hidden: [Int]
  /// The number of outputs.
  public var outputs: Int
  /// The last layer.
  public var output = Autoencoder.Output.identity

  /// Makes a perceptron without an activation at its output.
  public init(inputs: Int, hidden: [Int], outputs: Int) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
  }

  /// The network, with input [N, inputs, 1, 1, 1] and output [N, outputs, 1, 1, 1].
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
