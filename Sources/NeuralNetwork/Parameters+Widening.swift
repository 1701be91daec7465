extension Parameters {
  /// Weights of a wider network that computes what a narrower one did: training goes on where the narrow one ended,
  /// with more channels to learn in.
  ///
  /// New channels come after the old ones, begin with random weights as in a new network, and are not yet heard: what
  /// old channels take from them has weight 0. This keeps the function as the "Net2Wider" of Chen, Goodfellow and
  /// Shlens (2016, arXiv 1511.05641) does, without its twins of channels that have to drift apart first.
  ///
  /// Nodes that the narrow network lacks may correct a value of it, by an addition to which a convolution brings them:
  /// its weights begin at 0.
  ///
  /// - Parameters:
  ///   - graph: of the same operations on the same nodes as `narrow`, with as many channels or more, and corrections.
  ///   - parameters: those of `narrow`.
  /// - Throws: `GraphError.notWider` for the first node of which this is not true.
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

  /// - Parameters:
  ///   - outputs: the old channel of each of the slot's first axis, `nil` for new ones.
  ///   - inputs: the same for a weight's second axis.
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

/// For each node of a wide graph and each of its channels, the channel of the narrow graph that it continues.
private struct ChannelOrigins {
  private var nodes: [[Int?]] = []
  /// The node of the narrow graph that each continues, also through corrections; `nil` for new ones.
  private var continued: [Graph.ID?] = []
  private var new: Set<Graph.ID> = []
  /// Convolutions that bring corrections.
  private(set) var silent: Set<Graph.ID> = []

  subscript(node: Graph.ID) -> [Int?] { nodes[node] }

  /// Whether the narrow graph lacks a node.
  func isNew(_ node: Graph.ID) -> Bool { new.contains(node) }

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

  /// The old value that a new node adds something to; `nil` where it does not.
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
      // Where channels change places, as from blocks to voxels, none may be new.
      guard new.operation == old.operation, new.inputs.allSatisfy({ !nodes[$0].contains(nil) }) else {
        throw .notWider(node: new.name)
      }
      return Array(0..<new.shape.channels)
    }
  }
}
