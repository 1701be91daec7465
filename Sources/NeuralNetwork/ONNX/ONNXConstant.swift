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
