/// An operator call in an ONNX graph (`NodeProto`).
struct ONNXNode {
  enum Attribute {
    case number(Float)
    case integer(Int)
    case integers([Int])
    case text(String)
  }

  /// Name of the operator, for instance `Conv`.
  var operation: String
  /// Names of tensors; an empty one stands for an optional input that is left out.
  var inputs: [String]
  /// Name of its one result, and of the node itself.
  var output: String
  var attributes: [(name: String, value: Attribute)] = []

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
  /// `AttributeProto`: the value in the field of its type, and in field 20 which type that is.
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
