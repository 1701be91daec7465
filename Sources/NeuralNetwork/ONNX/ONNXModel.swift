/// A graph and its weights as an ONNX file, which other runtimes and languages can execute (https://onnx.ai).
///
/// Tensors keep their axes [N, C, D, H, W] with W fastest. N is open, and D, H and W are open if the graph leaves them
/// open. Weights have the names of `Parameters`. A dropout is written as the identity, which it is at inference.
public struct ONNXModel: Hashable, Sendable {
  /// The version of the operators.
  public static let opset = 17
  /// The version of the file format, which is that of the first release with these operators (ONNX 1.12, 2022).
  public static let irVersion = 8
  /// The limit of protocol buffers for one message, in bytes.
  public static let largestByteCount = 1 << 31

  /// The network.
  public var graph: Graph
  /// The weights.
  public var parameters: Parameters
  /// The name of the graph in the file.
  public var name: String
  /// The name of the output tensor. Inputs have the names of their nodes.
  public var outputName: String
  /// The version of the program that writes the file.
  public var producerVersion = ""
  /// The texts in the metadata of the file.
  public var metadata: [String: String] = [:]
  /// The explanation of the axes and values of the inputs, for readers of the file.
  public var inputExplanation = "[N, C, D, H, W], W fastest"
  /// The explanation of the axes and values of the output, for readers of the file.
  public var outputExplanation = "[N, C, D, H, W], W fastest"

  /// Makes a model from a graph and its weights.
  public init(
    _ graph: Graph, parameters: Parameters, name: String = "network", outputName: String = "result"
  ) {
    self.graph = graph
    self.parameters = parameters
    self.name = name
    self.outputName = outputName
  }

  /// Returns the bytes of the file. The same model gives the same bytes.
  /// - Throws: `ONNXError` if the graph, its weights or its names do not allow it.
  public func bytes() throws(ONNXError) -> [UInt8] {
    guard !graph.nodes.isEmpty else { throw .emptyGraph }
    guard parameters.slots == graph.parameterSlots else { throw .parametersDiffer }
    let byteCount = 4 * parameters.values.count
    // The margin is for everything except weights.
    guard byteCount < Self.largestByteCount - (1 << 24) else { throw .tooLarge(bytes: byteCount) }
    let translation = ONNXTranslation(graph, parameters: parameters, outputName: outputName)
    try checkNames(translation)
    return message(of: translation).bytes
  }

  /// Checks that each tensor has a unique name.
  private func checkNames(_ translation: ONNXTranslation) throws(ONNXError) {
    var taken: Set<String> = [""]
    let names =
      graph.inputs.map { graph.nodes[$0].name } + translation.constants.map(\.name)
      + translation.nodes.map(\.output)
    for name in names where !taken.insert(name).inserted { throw .unusableName(name) }
  }

  /// Returns the model as a `ModelProto`.
  private func message(of translation: ONNXTranslation) -> ProtobufMessage {
    var operators = ProtobufMessage()
    operators.add(2, Self.opset)
    var message = ProtobufMessage()
    message.add(1, Self.irVersion)
    message.add(2, "grisea")
    message.add(3, producerVersion)
    message.add(7, graphMessage(of: translation))
    message.add(8, operators)
    for (key, text) in metadata.sorted(by: { $0.key < $1.key }) {
      var entry = ProtobufMessage()
      entry.add(1, key)
      entry.add(2, text)
      message.add(14, entry)
    }
    return message
  }

  /// Returns the graph as a `GraphProto`.
  private func graphMessage(of translation: ONNXTranslation) -> ProtobufMessage {
    var message = ProtobufMessage()
    for node in translation.nodes { message.add(1, node.message) }
    message.add(2, name)
    for constant in translation.constants { message.add(5, constant.message) }
    for value in inputs { message.add(11, value.message) }
    message.add(12, output.message)
    return message
  }

  private static let size = ["D", "H", "W"]

  private var inputs: [ONNXValue] {
    graph.inputs.map {
      ONNXValue(
        name: graph.nodes[$0].name, of: graph.nodes[$0].shape, openSize: Self.size,
        explanation: inputExplanation)
    }
  }

  private var output: ONNXValue {
    ONNXValue(
      name: outputName, of: graph.nodes[graph.output].shape,
      openSize: graph.keepsSize ? Self.size : Self.size.map { $0 + "_out" }, explanation: outputExplanation)
  }
}

/// An error for a graph that cannot be written as ONNX.
public enum ONNXError: Error, Hashable, Sendable {
  /// The graph has no node.
  case emptyGraph
  /// The weights belong to another graph.
  case parametersDiffer
  /// Two tensors of the file would have this name, or a tensor would have none.
  case unusableName(String)
  /// The weights alone exceed the limit of a file.
  case tooLarge(bytes: Int)
}

extension ONNXError: CustomStringConvertible {
  /// A phrase for the user: what was found and what is needed.
  public var description: String {
    switch self {
    case .emptyGraph: "the graph has no node, and ONNX needs an output"
    case .parametersDiffer: "the weights belong to another graph"
    case .unusableName(""): "a node of the graph has no name, and ONNX needs one"
    case .unusableName(let name):
      "two tensors would have the name \(name), and ONNX needs a name of its own for each"
    case .tooLarge(let bytes):
      "the weights have \(bytes) bytes, and an ONNX file holds less than \(ONNXModel.largestByteCount)"
    }
  }
}

extension Graph {
  /// Whether the output has the size of the input for every size that the graph accepts. Both can then be declared with
  /// the same names of dimensions.
  ///
  /// This is true for a U-Net, because its skip connections reject sizes that its strides do not divide. Without skip
  /// connections such sizes are rounded up. The property is tested for sizes over some periods of the strides, because
  /// layers with windows repeat after a period.
  var keepsSize: Bool {
    let period = deepestStride.max()
    guard period > 0, period <= Self.longestPeriod else { return false }
    var accepted = 0
    for length in 1...4 * period {
      let size = SIMD3(repeating: length)
      guard let shapes = try? shapes(forSize: size) else { continue }
      guard shapes[output].size == size else { return false }
      accepted += 1
    }
    return accepted > 0
  }

  /// The largest period: no encoder halves a head more often than seven times.
  private static let longestPeriod = 128
}
