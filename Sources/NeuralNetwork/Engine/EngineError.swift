/// An error on compiling or running a network.
public enum EngineError: Error, Hashable, Sendable {
  /// oneDNN failed. `status` is its `dnnl_status_t`.
  case primitive(name: String, status: Int)
  /// The graph cannot work on the given size.
  case graph(GraphError)
  /// The system cannot provide the memory for the tensors.
  case outOfMemory(byteCount: Int)
  /// The number of input tensors is wrong.
  case inputCountDiffers(found: Int, needed: Int)
  /// The shape of an input tensor is wrong.
  case inputShapeDiffers(found: [Int], needed: [Int])
  /// The number of parameters is wrong.
  case parameterCountDiffers(found: Int, needed: Int)
}
