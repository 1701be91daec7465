/// A graph with its weights as an ONNX file, which other runtimes and languages execute (https://onnx.ai).
///
/// Tensors keep their axes, [N, C, D, H, W] with W fastest. N is open, and D, H and W are where the graph leaves
/// them so. Weights are named as in `Parameters`. Dropout, the identity at inference, is written as one.
public struct ONNXModel: Hashable, Sendable {
  /// Version of the operators.
  public static let opset = 17
  /// Version of the file format, that of the release that brought the operators (ONNX 1.12, 2022).
  public static let irVersion = 8
  /// Protocol buffers' limit for one message.
  public static let largestByteCount = 1 << 31

  public var graph: Graph
  public var parameters: Parameters
  /// Of the graph in the file.
  public var name: String
  /// Of the output tensor. Inputs are named as in the graph.
  public var outputName: String
  /// Of the program that writes the file.
  public var producerVersion = ""
  /// Texts that travel with the network.
  public var metadata: [String: String] = [:]
  /// What the axes and numbers of inputs and output mean, for a reader of the file.
  public var inputExplanation = "[N, C, D, H, W], W fastest"
  public var outputExplanation = "[N, C, D, H, W], W fastest"

  public init(
    _ graph: Graph, parameters: Parameters, name: String = "network", outputName: String = "result"
  ) {
    self.graph = graph
    self.parameters = parameters
    self.name = name
    self.outputName = outputName
  }

  /// The file. The same model gives the same bytes.
  /// - Throws: `ONNXError` where the graph, its weights or its names do not allow it.
  public func bytes() throws(ONNXError) -> [UInt8] {
    guard !graph.nodes.isEmpty else { throw .emptyGraph }
    guard parameters.slots == graph.parameterSlots else { throw .parametersDiffer }
    let byteCount = 4 * parameters.values.count
    // Some room for all that is not weights.
    guard byteCount < Self.largestByteCount - (1 << 24) else { throw .tooLarge(bytes: byteCount) }
    let translation = ONNXTranslation(graph, parameters: parameters, outputName: outputName)
    try checkNames(translation)
    return message(of: translation).bytes
  }

  private func checkNames(_ translation: ONNXTranslation) throws(ONNXError) {
    var taken: Set<String> = [""]
    let names =
      graph.inputs.map { graph.nodes[$0].name } + translation.constants.map(\.name)
      + translation.nodes.map(\.output)
    for name in names where !taken.insert(name).inserted { throw .unusableName(name) }
  }

  /// `ModelProto`.
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

  /// `GraphProto`.
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
