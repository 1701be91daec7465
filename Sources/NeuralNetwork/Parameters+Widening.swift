extension Parameters {
  /// Makes weights of a wider network that computes the same function as a narrower one, so that training can continue
  /// with more channels.
  ///
  /// New channels follow the old ones and have random weights as in a new network. Their weights in the inputs of old
  /// channels are 0, so that they have no effect at first. This keeps the function, as "Net2Wider" does (Chen,
  /// Goodfellow and Shlens 2016, arXiv 1511.05641), but without duplicated channels that must diverge first.
  ///
  /// Nodes that the narrow network lacks can add a correction to one of its values by a convolution, whose weights are
  /// 0 at first.
  /// - Parameters:
  ///   - graph: A graph with the same operations at the same nodes as `narrow`, with as many channels or more, and with
  ///     corrections.
  ///   - parameters: The parameters of `narrow`.
  ///   - narrow: The graph of the narrower network.
  ///   - generator: The generator of the new weights.
  /// - Throws: `GraphError.notWider` for the first node that does not fit.
  public init(
    for graph: Graph, widening parameters: Parameters, of narrow: Graph,
    using generator: inout some RandomNumberGenerator
  ) throws(GraphError) {
    let origins = try ChannelOrigins(of: graph, in: narrow)
    self.init(for: graph, using: &generator)
    for node in graph.nodes.indices {
      let name = graph.nodes[node].name
      for slot in slots where slot.name == "\(name).\(slot.role.rawValue)" {
        guard !origins.isNew(node) else {
          if origins.silent.contains(node) { for index in slot.range { values[index] = 0 } }
          continue
        }
        guard let old = parameters[slot.name] else { throw .notWider(node: name) }
        let inputs = graph.nodes[node].inputs.first.map { origins[$0] } ?? []
        try copy(old, to: slot, outputs: origins[node], inputs: inputs, node: name)
      }
    }
  }

  /// Copies the old values of a parameter.
  /// - Parameters:
  ///   - old: The old tensor.
  ///   - slot: The slot of the new tensor.
  ///   - outputs: The old channel of each element of the slot's first axis, or `nil` for new ones.
  ///   - inputs: The old channel of each element of a weight's second axis, or `nil` for new ones.
  ///   - node: The name of the node, for errors.
  private mutating func copy(
    _ old: Tensor, to slot: ParameterSlot, outputs: [Int?], inputs: [Int?], node: String
  ) throws(GraphError) {
    guard slot.role == .weight else {
      for (index, origin) in outputs.enumerated() {
        if let origin { values[slot.offset + index] = old.values[origin] }
      }
      return
    }
    let kernel = slot.shape.dropFirst(2).reduce(1, *)
    guard slot.shape[1] == inputs.count, old.shape.dropFirst(2) == slot.shape.dropFirst(2) else {
      throw .notWider(node: node)
    }
    for case (let row, let output?) in outputs.enumerated() {
      for (column, input) in inputs.enumerated() {
        let start = slot.offset + kernel * (column + inputs.count * row)
        for place in 0..<kernel {
          values[start + place] = input.map { old.values[kernel * ($0 + old.shape[1] * output) + place] } ?? 0
        }
      }
    }
  }
}

/// The origins of the channels of a wide graph: for each node and channel, the channel of the narrow graph it
/// continues.
private struct ChannelOrigins {
  private var nodes: [[Int?]] = []
  /// The node of the narrow graph that each node continues, also through corrections, or `nil` for new nodes.
  private var continued: [Graph.ID?] = []
  private var new: Set<Graph.ID> = []
  /// The convolutions that compute corrections.
  private(set) var silent: Set<Graph.ID> = []

  /// The old channel of each channel of a node, or `nil` for new ones.
  subscript(node: Graph.ID) -> [Int?] { nodes[node] }

  /// Returns whether the narrow graph lacks a node.
  func isNew(_ node: Graph.ID) -> Bool { new.contains(node) }

  /// Finds the origins of all channels.
  /// - Throws: `GraphError.notWider` for the first node that does not fit.
  init(of wide: Graph, in narrow: Graph) throws(GraphError) {
    let old = Dictionary(uniqueKeysWithValues: narrow.nodes.indices.map { (narrow.nodes[$0].name, $0) })
    for (id, node) in wide.nodes.enumerated() {
      if let origin = old[node.name] {
        guard node.inputs.map({ continued[$0] }) == narrow.nodes[origin].inputs else {
          throw .notWider(node: node.name)
        }
        nodes.append(try origins(of: node, like: narrow.nodes[origin], narrow))
        continued.append(origin)
      } else {
        new.insert(id)
        let corrected = try correctedValue(of: node, in: wide)
        nodes.append(corrected.map { nodes[$0] } ?? Array(repeating: nil, count: node.shape.channels))
        continued.append(corrected.flatMap { continued[$0] })
      }
    }
    let found = Set(continued.compactMap { $0 })
    if let lost = narrow.nodes.indices.first(where: { !found.contains($0) }) {
      throw .notWider(node: narrow.nodes[lost].name)
    }
    guard continued.last == narrow.output else { throw .notWider(node: wide.nodes.last?.name ?? "") }
  }

  /// Returns the old value to which a new node adds a correction, or `nil` if it adds none.
  private mutating func correctedValue(of node: Graph.Node, in wide: Graph) throws(GraphError) -> Graph.ID? {
    guard node.operation == .addition, let value = node.inputs.first(where: { continued[$0] != nil }) else {
      return nil
    }
    guard let correction = node.inputs.first(where: { continued[$0] == nil }),
      case .convolution = wide.nodes[correction].operation
    else { throw .notWider(node: node.name) }
    silent.insert(correction)
    return value
  }

  /// Returns the origins of the channels of a node that both graphs have.
  private func origins(
    of new: Graph.Node, like old: Graph.Node, _ narrow: Graph
  ) throws(GraphError) -> [Int?] {
    switch (new.operation, old.operation) {
    case (
      .convolution(let outputs, let kernel, let stride, let padding),
      .convolution(let fewer, let oldKernel, let oldStride, let oldPadding)
    ):
      guard outputs >= fewer, (kernel, stride, padding) == (oldKernel, oldStride, oldPadding) else {
        throw .notWider(node: new.name)
      }
      return (0..<outputs).map { $0 < fewer ? $0 : nil }
    case (.concatenation, .concatenation):
      var origins: [Int?] = []
      var before = 0
      for (input, oldInput) in zip(new.inputs, old.inputs) {
        origins += nodes[input].map { $0.map { $0 + before } }
        before += narrow.nodes[oldInput].shape.channels
      }
      return origins
    case (.instanceNormalization, .instanceNormalization), (.linearUpsampling, .linearUpsampling),
      (.relu, .relu), (.softmax, .softmax), (.sigmoid, .sigmoid):
      return nodes[new.inputs[0]]
    default:
      // Operations that rearrange channels, for example to voxels, must not have new channels.
      guard new.operation == old.operation, new.inputs.allSatisfy({ !nodes[$0].contains(nil) }) else {
        throw .notWider(node: new.name)
      }
      return Array(0..<new.shape.channels)
    }
  }
}
