/// A network as a value: operations in topological order, each with the nodes that it reads.
///
/// The last node is the output. A graph holds no weights; `Parameters` do, in the order of `parameterSlots`.
public struct Graph: Hashable, Sendable {
  /// A node's place in the graph.
  public typealias ID = Int

  public struct Node: Hashable, Sendable {
    public var operation: Operation
    public var inputs: [ID]
    /// Unique in the graph; parameters are named after it.
    public var name: String
    /// Of one sample; derived from the operation and its inputs.
    public var shape: TensorShape
  }

  public private(set) var nodes: [Node] = []

  public init() {}

  /// Adds a node and returns its place.
  /// - Throws: `GraphError` where the inputs do not fit the operation.
  public mutating func append(
    _ operation: Operation, inputs: [ID] = [], name: String? = nil
  ) throws(GraphError) -> ID {
    let base = name ?? operation.name
    var same = nodes.count { $0.name == base || $0.name.hasPrefix(base + ".") }
    var unique = same == 0 ? base : "\(base).\(same)"
    while nodes.contains(where: { $0.name == unique }) {
      same += 1
      unique = "\(base).\(same)"
    }
    try append(operation, inputs: inputs, uniqueName: unique)
    return nodes.count - 1
  }

  /// Adds a node under exactly this name.
  /// - Throws: `GraphError` where the inputs do not fit the operation, or another node has the name.
  mutating func append(_ operation: Operation, inputs: [ID], uniqueName: String) throws(GraphError) {
    for id in inputs where !nodes.indices.contains(id) { throw .unknownNode(id) }
    let shape = try operation.outputShape(of: inputs.map { nodes[$0].shape })
    if nodes.contains(where: { $0.name == uniqueName }) { throw .duplicateName(uniqueName) }
    let node = Node(operation: operation, inputs: inputs, name: uniqueName, shape: shape)
    for (_, shape) in parameterShapes(of: node) where !TensorShape.isPossible(shape) {
      throw .impossibleShape(operation: operation.name)
    }
    nodes.append(node)
  }

  /// The nodes that the caller feeds, in order.
  public var inputs: [ID] {
    nodes.indices.filter { if case .input = nodes[$0].operation { true } else { false } }
  }

  /// The node whose value is the network's result.
  public var output: ID { nodes.count - 1 }

  /// The shapes of all nodes when the open inputs have this size.
  /// - Throws: `GraphError` where some layer cannot work on it.
  public func shapes(forSize size: SIMD3<Int>) throws(GraphError) -> [TensorShape] {
    var shapes: [TensorShape] = []
    for node in nodes {
      var shape = try node.operation.outputShape(of: node.inputs.map { shapes[$0] })
      if case .input = node.operation {
        if let needed = shape.size, needed != size { throw .inputSizeDiffers(found: size, needed: needed) }
        shape.size = size
      }
      shapes.append(shape)
    }
    return shapes
  }

  /// The factor by which the deepest node is smaller than the input, per axis. Inputs whose size is a multiple
  /// of it come back at their own size from an encoder and decoder of strided and up-sampling layers.
  public var deepestStride: SIMD3<Int> {
    var strides: [SIMD3<Int>] = []
    for node in nodes {
      let before = node.inputs.first.map { strides[$0] } ?? .one
      let after =
        switch node.operation {
        case .convolution(_, _, let stride, _), .maxPooling(_, let stride), .averagePooling(_, let stride):
          before &* stride
        case .transposedConvolution(_, _, let stride, _): before / stride
        case .linearUpsampling, .nearestUpsampling, .depthToSpace: before / 2
        case .spaceToDepth: before &* 2
        default: before
        }
      strides.append(after)
    }
    return strides.reduce(.one) { pointwiseMax($0, $1) }
  }
}
