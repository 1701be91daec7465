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
