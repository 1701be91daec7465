/// Why a graph cannot be written as ONNX.
public enum ONNXError: Error, Hashable, Sendable {
  case emptyGraph
  /// The weights are those of another graph.
  case parametersDiffer
  /// Two tensors of the file would have this name, or one none at all.
  case unusableName(String)
  /// The weights alone have so many bytes.
  case tooLarge(bytes: Int)
}
