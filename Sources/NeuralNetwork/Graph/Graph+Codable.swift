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
