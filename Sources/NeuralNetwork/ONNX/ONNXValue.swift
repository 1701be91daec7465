/// An input or output that an ONNX graph declares (`ValueInfoProto`): a tensor of f32.
struct ONNXValue {
  enum Dimension {
    case fixed(Int)
    /// Any size; the same wherever the name is the same.
    case open(String)
  }

  var name: String
  var shape: [Dimension]
  var explanation: String

  /// [N, C, D, H, W]: N is always open, D, H, W where the graph leaves them so.
  init(name: String, of shape: TensorShape, openSize: [String], explanation: String) {
    let size = shape.size.map { size in (0..<3).map { Dimension.fixed(size[$0]) } }
    self.name = name
    self.shape = [.open("N"), .fixed(shape.channels)] + (size ?? openSize.map { .open($0) })
    self.explanation = explanation
  }

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
