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
