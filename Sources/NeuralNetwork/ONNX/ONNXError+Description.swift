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
