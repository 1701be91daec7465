extension Graph {
  /// The slots of the learned tensors, in the order of the nodes.
  public var parameterSlots: [ParameterSlot] {
    var slots: [ParameterSlot] = []
    for node in nodes {
      for (role, shape) in parameterShapes(of: node) {
        let offset = slots.last.map { $0.offset + $0.count } ?? 0
        slots.append(
          ParameterSlot(name: "\(node.name).\(role.rawValue)", role: role, shape: shape, offset: offset))
      }
    }
    return slots
  }

  /// Returns the roles and shapes of a node's learned tensors.
  func parameterShapes(of node: Node) -> [(ParameterSlot.Role, [Int])] {
    switch node.operation {
    case .convolution(let outputs, let kernel, _, _):
      [
        (.weight, [outputs, nodes[node.inputs[0]].shape.channels, kernel.x, kernel.y, kernel.z]),
        (.bias, [outputs]),
      ]
    case .transposedConvolution(let outputs, let kernel, _, _):
      [
        (.weight, [nodes[node.inputs[0]].shape.channels, outputs, kernel.x, kernel.y, kernel.z]),
        (.bias, [outputs]),
      ]
    case .dense(let outputs):
      [(.weight, [outputs, nodes[node.inputs[0]].shape.elementCount ?? 0]), (.bias, [outputs])]
    case .instanceNormalization:
      [(.scale, [node.shape.channels]), (.shift, [node.shape.channels])]
    default: []
    }
  }
}

/// The place of one learned tensor among all parameters of a graph.
public struct ParameterSlot: Hashable, Sendable {
  /// The role of a tensor in its layer.
  public enum Role: String, Hashable, Sendable { case weight, bias, scale, shift }

  /// The name `<node>.<role>`, for example `encoder.0.convolution.weight`.
  public var name: String
  /// The role of the tensor in its layer.
  public var role: Role
  /// The shape of the tensor.
  public var shape: [Int]
  /// The index of its first element in `Parameters.values`.
  public var offset: Int

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// The indices of its elements in `Parameters.values`.
  public var range: Range<Int> { offset..<offset + count }
}
