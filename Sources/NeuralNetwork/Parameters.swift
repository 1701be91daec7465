import Foundation

/// All learned numbers of a graph in one array, so that optimizers, averages and files need no structure.
public struct Parameters: Hashable, Sendable {
  /// The slots of the tensors.
  public let slots: [ParameterSlot]
  /// The numbers of all tensors, in the order of the slots.
  public var values: [Float]

  /// Makes parameters from their values.
  public init(slots: [ParameterSlot], values: [Float]) {
    precondition(
      values.count == slots.reduce(0) { $0 + $1.count }, "parameters need one value for each slot's element")
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

extension Parameters {
  /// Makes random initial weights: normally distributed with variance 2 / fan-in (He et al. 2015, arXiv 1502.01852).
  /// Scales are 1, and biases and shifts are 0. The same generator state gives the same weights.
  public init(for graph: Graph, using generator: inout some RandomNumberGenerator) {
    self.init(zerosFor: graph)
    for slot in slots {
      switch slot.role {
      case .weight:
        let deviation = (2 / Double(slot.fanIn)).squareRoot()
        for index in slot.range {
          values[index] = Float(deviation * Self.standardNormal(using: &generator))
        }
      case .scale:
        for index in slot.range { values[index] = 1 }
      case .bias, .shift: break
      }
    }
  }

  /// Returns a normally distributed number, by the transform of Box and Muller (1958).
  private static func standardNormal(using generator: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)))
      .squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }
}

extension ParameterSlot {
  /// The number of products in the sum of one output: the size of all axes of a weight except the first. For a
  /// transposed convolution, whose first axis is the input, the number is the same up to its stride.
  fileprivate var fanIn: Int { max(1, count / max(1, shape[0])) }
}
