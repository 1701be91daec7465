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
