/// All learned numbers of a graph in one array, so that optimizers, averages and files need no structure.
public struct Parameters: Hashable, Sendable {
  /// The slots of the tensors.
  public let slots: [ParameterSlot]
  /// The numbers of all tensors, in the order of the slots.
  public var values: [Float]

  /// Makes parameters from their values.
  public init(slots: [ParameterSlot], values: [Float]) {
    precondition(values.count == slots.reduce(0) { $0 + $1.count }, "parameters need one value for each slot's element")
    self.slots = slots
    self.values = values
  }

  /// Makes parameters that are all zero.
  public init(zerosFor graph: Graph) {
    let slots = graph.parameterSlots
    self.init(slots: slots, values: Array(repeating: 0, count: slots.reduce(0) { $0 + $1.count }))
  }

  /// Makes the parameters of a graph from tensors with the same names.
  /// - Throws: `GraphError.parametersDiffer` for the first parameter that is missing, unknown or of another shape.
  public init(for graph: Graph, tensors: [String: Tensor]) throws(GraphError) {
    // The tensors are compared before memory is allocated, because a damaged graph can describe any size.
    let slots = graph.parameterSlots
    for slot in slots {
      guard let tensor = tensors[slot.name], tensor.shape == slot.shape else {
        throw .parametersDiffer(name: slot.name, found: tensors[slot.name]?.shape, needed: slot.shape)
      }
      guard tensor.values.count == slot.count else {
        throw .parametersDiffer(name: slot.name, found: [tensor.values.count], needed: slot.shape)
      }
    }
    let known = Set(slots.map(\.name))
    for (name, tensor) in tensors where !known.contains(name) {
      throw .parametersDiffer(name: name, found: tensor.shape, needed: nil)
    }
    var values: [Float] = []
    values.reserveCapacity(slots.reduce(0) { $0 + $1.count })
    for slot in slots { values += tensors[slot.name]?.values ?? [] }
    self.init(slots: slots, values: values)
  }

  /// The tensor with a name, or `nil` if it does not exist.
  public subscript(name: String) -> Tensor? {
    guard let slot = slots.first(where: { $0.name == name }) else { return nil }
    return Tensor(shape: slot.shape, values: Array(values[slot.range]))
  }

  /// All tensors by name.
  public var tensors: [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: slots.map { ($0.name, Tensor(shape: $0.shape, values: Array(values[$0.range]))) })
  }
}
