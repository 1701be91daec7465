/// A tensor that an ONNX file holds (`TensorProto`): weights, or whole numbers that an operator wants as input.
struct ONNXConstant {
  enum Values {
    case floats([Float])
    case integers([Int])
  }

  var name: String
  var shape: [Int]
  var values: Values

  var message: ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, each: shape)
    switch values {
    case .floats(let values):
      message.add(2, 1)
      // Raw bytes, little endian by the format's definition, as they lie in memory here.
      message.add(9, values.withUnsafeBytes { Array($0) })
    case .integers(let values):
      message.add(2, 7)
      message.add(7, each: values)
    }
    message.add(8, name)
    return message
  }
}
