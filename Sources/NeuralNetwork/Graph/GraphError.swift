/// An error for nodes that do not fit together.
public enum GraphError: Error, Hashable, Sendable {
  /// An operation has the wrong number of inputs.
  case wrongInputCount(operation: String, needed: Int, found: Int)
  /// A node reads a node that does not precede it.
  case unknownNode(Int)
  /// A number of an operation is not positive.
  case nonPositive(operation: String, parameter: String)
  /// An operation needs an input of fixed size.
  case openSize(operation: String)
  /// Two inputs of an operation have different shapes.
  case shapesDiffer(operation: String, TensorShape, TensorShape)
  /// A reshape would change the number of elements.
  case elementCountsDiffer(found: Int, needed: Int)
  /// An operation needs an even size.
  case oddSize(operation: String, size: SIMD3<Int>)
  /// An operation needs a multiple of eight channels.
  case channelsNotInBlocks(operation: String, channels: Int)
  /// The result of an operation would have no voxels.
  case tooSmall(operation: String, size: SIMD3<Int>)
  /// A tensor or parameter has impossible sizes, or more elements than any machine can hold.
  case impossibleShape(operation: String)
  /// Two nodes have the same name.
  case duplicateName(String)
  /// The graph is fixed to another input size.
  case inputSizeDiffers(found: SIMD3<Int>, needed: SIMD3<Int>)
  /// A parameter is missing, unknown or of another shape.
  case parametersDiffer(name: String, found: [Int]?, needed: [Int]?)
  /// At this node a graph is not a wider version of another graph.
  case notWider(node: String)
}

extension GraphError: CustomStringConvertible {
  /// A phrase for the user: what was found and what is needed.
  public var description: String {
    switch self {
    case .wrongInputCount(let operation, let needed, let found):
      "\(operation) takes \(needed) input tensor(s), the graph gives it \(found)"
    case .unknownNode(let id):
      "a node refers to node \(id), which does not come before it"
    case .nonPositive(let operation, let parameter):
      "\(operation) needs a positive \(parameter)"
    case .openSize(let operation):
      "\(operation) needs an input of fixed size; give the graph's input its size"
    case .shapesDiffer(let operation, let first, let second):
      "\(operation) needs tensors that fit, found \(Self.text(first)) and \(Self.text(second))"
    case .elementCountsDiffer(let found, let needed):
      "a reshape keeps the number of elements: found \(found), needed \(needed)"
    case .tooSmall(let operation, let size):
      "\(operation) leaves nothing of a tensor of size \(size.x)×\(size.y)×\(size.z)"
    case .oddSize(let operation, let size):
      "\(operation) needs even sizes, found \(size.x)×\(size.y)×\(size.z)"
    case .channelsNotInBlocks(let operation, let channels):
      "\(operation) needs a multiple of 8 channels, found \(channels)"
    case .impossibleShape(let operation):
      "\(operation) has sizes that no tensor can have; the file may be damaged"
    case .duplicateName(let name): "two nodes are named \(name); the file may be damaged"
    case .inputSizeDiffers(let found, let needed):
      "the graph takes \(needed.x)×\(needed.y)×\(needed.z) only, found \(found.x)×\(found.y)×\(found.z)"
    case .parametersDiffer(let name, let found, let needed):
      "parameter \(name): found \(found.map { "\($0)" } ?? "none"), the graph needs \(needed.map { "\($0)" } ?? "none")"
    case .notWider(let node):
      "\(node) is not the same with as many channels or more; needed the network that was trained, at most wider"
    }
  }

  private static func text(_ shape: TensorShape) -> String {
    guard let size = shape.size else { return "\(shape.channels) channels" }
    return "\(shape.channels)×\(size.x)×\(size.y)×\(size.z)"
  }
}
