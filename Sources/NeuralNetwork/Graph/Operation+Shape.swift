extension Operation {
  /// Returns the output shape for given input shapes.
  /// - Throws: `GraphError` if the inputs do not fit, or if the shape is impossible.
  public func outputShape(of inputs: [TensorShape]) throws(GraphError) -> TensorShape {
    try checkInputCount(inputs.count)
    try checkNumbers()
    let shape = try fittingShape(of: inputs)
    guard shape.isPossible else { throw .impossibleShape(operation: name) }
    return shape
  }

  /// The largest padding, kernel or stride. The limit keeps sums in the range of numbers.
  private static let largestStep = 1 << 20

  /// Checks the numbers of the operation.
  private func checkNumbers() throws(GraphError) {
    let steps: [SIMD3<Int>] =
      switch self {
      case .convolution(_, let kernel, let stride, let padding),
        .transposedConvolution(_, let kernel, let stride, let padding):
        [kernel, stride, padding]
      case .maxPooling(let kernel, let stride), .averagePooling(let kernel, let stride): [kernel, stride]
      case .reshape(let shape):
        if shape.isPossible { [] } else { throw .impossibleShape(operation: name) }
      default: []
      }
    for step in steps where step.min() < -Self.largestStep || step.max() > Self.largestStep {
      throw .impossibleShape(operation: name)
    }
  }

  /// Returns the output shape for the needed number of inputs with possible shapes.
  private func fittingShape(of inputs: [TensorShape]) throws(GraphError) -> TensorShape {
    switch self {
    case .input(let shape): return shape
    case .convolution(let outputs, let kernel, let stride, let padding):
      return try windowed(inputs[0], channels: outputs, kernel: kernel, stride: stride, padding: padding)
    case .maxPooling(let kernel, let stride), .averagePooling(let kernel, let stride):
      return try windowed(
        inputs[0], channels: inputs[0].channels, kernel: kernel, stride: stride, padding: .zero)
    case .transposedConvolution(let outputs, let kernel, let stride, let padding):
      try checkPositive(outputs, kernel, stride)
      return try checked(
        inputs[0].size.map { ($0 &- 1) &* stride &- 2 &* padding &+ kernel }, channels: outputs)
    case .linearUpsampling, .nearestUpsampling:
      return TensorShape(channels: inputs[0].channels, size: inputs[0].size.map { $0 &* 2 })
    case .spaceToDepth:
      if let size = inputs[0].size, size % 2 != .zero { throw .oddSize(operation: name, size: size) }
      return TensorShape(channels: inputs[0].channels * 8, size: inputs[0].size.map { $0 / 2 })
    case .depthToSpace:
      guard inputs[0].channels % 8 == 0 else {
        throw .channelsNotInBlocks(operation: name, channels: inputs[0].channels)
      }
      return TensorShape(channels: inputs[0].channels / 8, size: inputs[0].size.map { $0 &* 2 })
    case .dense(let outputs):
      guard inputs[0].size != nil else { throw .openSize(operation: name) }
      guard outputs > 0 else { throw .nonPositive(operation: name, parameter: "number of outputs") }
      return TensorShape(channels: outputs, size: .one)
    case .reshape(let shape): return try reshaped(inputs[0], to: shape)
    case .concatenation:
      for other in inputs where other.size != inputs[0].size {
        throw .shapesDiffer(operation: name, inputs[0], other)
      }
      return TensorShape(
        channels: inputs.reduce(0) { min($0 + $1.channels, TensorShape.mostElements + 1) },
        size: inputs[0].size)
    case .addition:
      guard inputs[0] == inputs[1] else { throw .shapesDiffer(operation: name, inputs[0], inputs[1]) }
      return inputs[0]
    case .instanceNormalization, .relu, .leakyReLU, .sigmoid, .softmax, .dropout: return inputs[0]
    }
  }

  /// The name of the operation in messages and parameter names.
  public var name: String {
    switch self {
    case .input: "input"
    case .convolution: "convolution"
    case .transposedConvolution: "transposedConvolution"
    case .maxPooling: "maxPooling"
    case .averagePooling: "averagePooling"
    case .instanceNormalization: "instanceNormalization"
    case .dense: "dense"
    case .reshape: "reshape"
    case .relu: "relu"
    case .leakyReLU: "leakyReLU"
    case .sigmoid: "sigmoid"
    case .softmax: "softmax"
    case .concatenation: "concatenation"
    case .addition: "addition"
    case .dropout: "dropout"
    case .linearUpsampling: "linearUpsampling"
    case .nearestUpsampling: "nearestUpsampling"
    case .spaceToDepth: "spaceToDepth"
    case .depthToSpace: "depthToSpace"
    }
  }

  private func checkInputCount(_ found: Int) throws(GraphError) {
    let needed =
      switch self {
      case .input: 0
      case .addition: 2
      case .concatenation: max(found, 1)
      default: 1
      }
    guard found == needed else { throw .wrongInputCount(operation: name, needed: needed, found: found) }
  }

  private func checkPositive(_ outputs: Int, _ kernel: SIMD3<Int>, _ stride: SIMD3<Int>) throws(GraphError) {
    guard outputs > 0 else { throw .nonPositive(operation: name, parameter: "number of channels") }
    guard kernel.min() > 0 else { throw .nonPositive(operation: name, parameter: "kernel") }
    guard stride.min() > 0 else { throw .nonPositive(operation: name, parameter: "stride") }
  }

  /// Returns the shape after windows have been applied.
  private func windowed(
    _ input: TensorShape, channels: Int, kernel: SIMD3<Int>, stride: SIMD3<Int>, padding: SIMD3<Int>
  ) throws(GraphError) -> TensorShape {
    try checkPositive(channels, kernel, stride)
    guard let size = input.size else { return TensorShape(channels: channels) }
    let room = size &+ 2 &* padding &- kernel
    guard room.min() >= 0 else { throw .tooSmall(operation: name, size: size) }
    return TensorShape(channels: channels, size: room / stride &+ 1)
  }

  /// Returns a shape after checking that its size is positive.
  private func checked(_ size: SIMD3<Int>?, channels: Int) throws(GraphError) -> TensorShape {
    if let size, size.min() <= 0 { throw .tooSmall(operation: name, size: size) }
    return TensorShape(channels: channels, size: size)
  }

  private func reshaped(_ input: TensorShape, to shape: TensorShape) throws(GraphError) -> TensorShape {
    guard let found = input.elementCount, let needed = shape.elementCount else {
      throw .openSize(operation: name)
    }
    guard found == needed else { throw .elementCountsDiffer(found: found, needed: needed) }
    return shape
  }
}
