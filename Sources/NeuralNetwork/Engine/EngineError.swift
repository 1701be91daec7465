/// Why a graph cannot be compiled or run.
public enum EngineError: Error, Hashable, Sendable {
  /// oneDNN refused; `status` is its `dnnl_status_t`.
  case primitive(name: String, status: Int)
  case graph(GraphError)
  /// The system would not give what the network's tensors take.
  case outOfMemory(byteCount: Int)
  case inputCountDiffers(found: Int, needed: Int)
  case inputShapeDiffers(found: [Int], needed: [Int])
  case parameterCountDiffers(found: Int, needed: Int)
}
