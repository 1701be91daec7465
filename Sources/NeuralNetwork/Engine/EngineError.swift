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

extension EngineError: CustomStringConvertible {
  /// A phrase for the user: what was found and what is needed.
  public var description: String {
    switch self {
    case .primitive(let name, let status):
      "oneDNN cannot perform \(name): \(Self.words(for: status))"
    case .graph(let error):
      error.description
    case .outOfMemory(let byteCount):
      "the network needs \(byteCount / 1_000_000) MB for its tensors, more than the system provides"
    case .inputCountDiffers(let found, let needed):
      "the network takes \(needed) input tensor(s), found \(found)"
    case .inputShapeDiffers(let found, let needed):
      "an input has the shape \(found), the compiled network takes \(needed)"
    case .parameterCountDiffers(let found, let needed):
      "found \(found) parameters, the network has \(needed)"
    }
  }

  private static func words(for status: Int) -> String {
    switch status {
    case 1: "out of memory"
    case 2: "invalid arguments"
    case 3: "not implemented on this processor"
    case 5: "runtime error"
    default: "status \(status)"
    }
  }
}
