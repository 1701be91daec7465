/// Networks cut in two at a node, such as an autoencoder at its latent vector.
///
/// Nodes keep their names, so that the parts' parameters are those of the whole by name.
extension Graph {
  /// The part that leads to a node, whose value becomes the result; `nil` where there is no such node.
  public func part(endingAt name: String) -> Graph? {
    guard let end = nodes.firstIndex(where: { $0.name == name }) else { return nil }
    return rebuilt(Array(nodes.indices.prefix(end + 1)), places: [:], from: Graph())
  }

  /// The part behind a node, whose value becomes the input; `nil` where there is no such node, or where something
  /// behind it reads what lies before.
  public func part(beginningAfter name: String) -> Graph? {
    guard let start = nodes.firstIndex(where: { $0.name == name }) else { return nil }
    var part = Graph()
    let shape = nodes[start].shape
    let input = part.input(channels: shape.channels, size: shape.size, name: name)
    return rebuilt(Array(nodes.indices.dropFirst(start + 1)), places: [start: input], from: part)
  }

  /// These nodes after those of `part`.
  private func rebuilt(_ ids: [ID], places: [ID: ID], from part: Graph) -> Graph? {
    var (part, places) = (part, places)
    for id in ids {
      var inputs: [ID] = []
      for input in nodes[id].inputs {
        guard let place = places[input] else { return nil }
        inputs.append(place)
      }
      // Nodes that fitted each other before fit each other again.
      guard let place = try? part.append(nodes[id].operation, inputs: inputs, name: nodes[id].name) else {
        return nil
      }
      places[id] = place
    }
    return part
  }
}

extension Parameters {
  /// Those of a part, by the names that it shares with the whole.
  /// - Throws: `GraphError.parametersDiffer` where the whole lacks one.
  public func part(for graph: Graph) throws(GraphError) -> Parameters {
    let names = Set(graph.parameterSlots.map(\.name))
    return try Parameters(for: graph, tensors: tensors.filter { names.contains($0.key) })
  }
}
