/// A network as a value: a list of operations in topological order, each with the nodes that it reads.
///
/// The last node is the output. A graph contains no weights. They are in `Parameters`, in the order of
/// `parameterSlots`.
public struct Graph: Hashable, Sendable {
  /// The index of a node.
  public typealias ID = Int

  /// A node of a graph.
  public struct Node: Hashable, Sendable {
    /// The operation.
    public var operation: Operation
    /// The nodes that the operation reads.
    public var inputs: [ID]
    /// The name, which is unique in the graph. Parameters are named after it.
    public var name: String
    /// The shape of one sample, which follows from the operation and its inputs.
    public var shape: TensorShape
  }

  /// The nodes in topological order.
  public private(set) var nodes: [Node] = []

  /// Makes a graph without nodes.
  public init() {}

  /// Adds a node and returns its index. The name is made unique.
  /// - Throws: `GraphError` if the inputs do not fit the operation.
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

  /// Adds a node with exactly the given name.
  /// - Throws: `GraphError` if the inputs do not fit the operation, or if another node has the name.
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

  /// The input nodes, in order.
  public var inputs: [ID] {
    nodes.indices.filter { if case .input = nodes[$0].operation { true } else { false } }
  }

  /// The output node.
  public var output: ID { nodes.count - 1 }

  /// Returns the shapes of all nodes for inputs of a size (D, H, W).
  /// - Throws: `GraphError` if a layer cannot work on this size.
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

  /// The factor by which the size decreases from the input to the deepest node, for each axis. An encoder and decoder
  /// of strided and up-sampling layers keep input sizes that are multiples of it.
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

extension Graph: Codable {
  private struct Record: Codable {
    var operation: Operation
    var inputs: [ID]
    var name: String
  }

  /// Decodes the nodes and derives their shapes, so that a damaged file cannot describe inconsistent shapes.
  /// - Throws: `GraphError` or `DecodingError`.
  public init(from decoder: any Decoder) throws {
    self.init()
    let records = try decoder.singleValueContainer().decode([Record].self)
    guard records.count <= Self.mostNodes else { throw GraphError.impossibleShape(operation: "the graph") }
    for record in records {
      try append(record.operation, inputs: record.inputs, uniqueName: record.name)
    }
  }

  /// The largest number of nodes. Networks have about a hundred. The limit keeps the sum of all parameters in range.
  private static let mostNodes = 4096

  /// Encodes operation, inputs and name of each node.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nodes.map { Record(operation: $0.operation, inputs: $0.inputs, name: $0.name) })
  }
}
