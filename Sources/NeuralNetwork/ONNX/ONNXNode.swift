/// A call of an operator in an ONNX graph (`NodeProto`).
struct ONNXNode {
  /// The value of an attribute.
  enum Attribute {
    case number(Float)
    case integer(Int)
    case integers([Int])
    case text(String)
  }

  /// The name of the operator, for example `Conv`.
  var operation: String
  /// The names of the input tensors. An empty name stands for an omitted optional input.
  var inputs: [String]
  /// The name of the only result, and of the node.
  var output: String
  /// The attributes with their names.
  var attributes: [(name: String, value: Attribute)] = []

  /// The node as a message.
  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for input in inputs { message.add(1, input) }
    message.add(2, output)
    message.add(3, output)
    message.add(4, operation)
    for (name, value) in attributes { message.add(5, value.message(named: name)) }
    return message
  }
}

extension ONNXNode.Attribute {
  /// Returns the attribute as an `AttributeProto`: the value in the field of its type, and the type in field 20.
  fileprivate func message(named name: String) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, name)
    switch self {
    case .number(let value):
      message.add(2, value)
      message.add(20, 1)
    case .integer(let value):
      message.add(3, value)
      message.add(20, 2)
    case .text(let value):
      message.add(4, value)
      message.add(20, 3)
    case .integers(let values):
      message.add(8, each: values)
      message.add(20, 7)
    }
    return message
  }
}

/// A constant tensor of an ONNX file (`TensorProto`): weights, or integers that an operator needs as input.
struct ONNXConstant {
  /// The elements.
  enum Values {
    case floats([Float])
    case integers([Int])
  }

  /// The name.
  var name: String
  /// The shape.
  var shape: [Int]
  /// The elements in row-major order.
  var values: Values

  /// The constant as a message.
  var message: ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, each: shape)
    switch values {
    case .floats(let values):
      message.add(2, 1)
      // Raw bytes are little-endian by the format's definition, as in the memory of this machine.
      message.add(9, values.withUnsafeBytes { Array($0) })
    case .integers(let values):
      message.add(2, 7)
      message.add(7, each: values)
    }
    message.add(8, name)
    return message
  }
}

/// An input or output that an ONNX graph declares (`ValueInfoProto`): a tensor of f32.
struct ONNXValue {
  /// A dimension of a tensor.
  enum Dimension {
    case fixed(Int)
    /// Any size. Dimensions with the same name have the same size.
    case open(String)
  }

  /// The name.
  var name: String
  /// The dimensions.
  var shape: [Dimension]
  /// The explanation for readers of the file.
  var explanation: String

  /// Makes the value [N, C, D, H, W]. N is always open, and D, H and W are open if the graph leaves them open.
  init(name: String, of shape: TensorShape, openSize: [String], explanation: String) {
    let size = shape.size.map { size in (0..<3).map { Dimension.fixed(size[$0]) } }
    self.name = name
    self.shape = [.open("N"), .fixed(shape.channels)] + (size ?? openSize.map { .open($0) })
    self.explanation = explanation
  }

  /// The value as a message.
  var message: ProtobufMessage {
    var dimensions = ProtobufMessage()
    for dimension in shape { dimensions.add(1, dimension.message) }
    var tensor = ProtobufMessage()
    tensor.add(1, 1)
    tensor.add(2, dimensions)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var message = ProtobufMessage()
    message.add(1, name)
    message.add(2, type)
    message.add(3, explanation)
    return message
  }
}

extension ONNXValue.Dimension {
  fileprivate var message: ProtobufMessage {
    var message = ProtobufMessage()
    switch self {
    case .fixed(let size): message.add(1, size)
    case .open(let name): message.add(2, name)
    }
    return message
  }
}
