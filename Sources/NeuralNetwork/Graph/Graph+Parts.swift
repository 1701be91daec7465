/// Functions that divide a network at a node, for example an autoencoder at its latent vector.
///
/// Nodes keep their names, so that the parameters of the parts are found in those of the whole by name.
extension Graph {
  /// Returns the part up to a node, whose value becomes the output, or `nil` if the node does not exist.
  public func part(endingAt name: String) -> Graph? {
    guard let end = nodes.firstIndex(where: { $0.name == name }) else { return nil }
    return rebuilt(Array(nodes.indices.prefix(end + 1)), places: [:], from: Graph())
  }

  /// Returns the part after a node, whose value becomes the input. Returns `nil` if the node does not exist, or if the
  /// part reads other nodes before it.
  public func part(beginningAfter name: String) -> Graph? {
    guard let start = nodes.firstIndex(where: { $0.name == name }) else { return nil }
    var part = Graph()
    let shape = nodes[start].shape
    let input = part.input(channels: shape.channels, size: shape.size, name: name)
    return rebuilt(Array(nodes.indices.dropFirst(start + 1)), places: [start: input], from: part)
  }

  /// Returns `part` with some nodes of this graph appended.
  private func rebuilt(_ ids: [ID], places: [ID: ID], from part: Graph) -> Graph? {
    var (part, places) = (part, places)
    for id in ids {
      var inputs: [ID] = []
      for input in nodes[id].inputs {
        guard let place = places[input] else { return nil }
        inputs.append(place)
      }
      // Nodes that fitted each other in this graph fit each other in the part.
      guard let place = try? part.append(nodes[id].operation, inputs: inputs, name: nodes[id].name) else {
        return nil
      }
      places[id] = place
    }
    return part
  }
}

extension Parameters {
  /// Returns the parameters of a part of the graph, by name.
  /// - Throws: `GraphError.parametersDiffer` if a parameter is missing.
  public func part(for graph: Graph) throws(GraphError) -> Parameters {
    let names = Set(graph.parameterSlots.map(\.name))
    return try Parameters(for: graph, tensors: tensors.filter { names.contains($0.key) })
  }
}
