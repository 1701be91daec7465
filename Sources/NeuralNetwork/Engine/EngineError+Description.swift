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
