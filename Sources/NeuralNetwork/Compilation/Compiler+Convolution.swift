import COneDNN

extension Compiler {
  /// Compiles a convolution or a transposed convolution.
  ///
  /// A convolution of a concatenation is compiled as a sum of convolutions of its parts, which avoids writing and
  /// reading the concatenation. At inference a following ReLU, or the addition of a tensor without further readers, is
  /// fused.
  func convolution(
    _ id: Graph.ID, from input: Graph.ID, transposed: Bool, stride: SIMD3<Int>, padding: SIMD3<Int>
  ) throws(EngineError) {
    if !transposed, isPointwiseHead(id) { return try pointwiseHead(id, from: input) }
    let sources = isNeverMaterialized(input) ? graph.nodes[input].inputs : [input]
    let relu = !isTraining && !transposed && canFuseReLU(after: id)
    let sum = transposed ? nil : fusedAddition(after: id)
    var result = try sum.map { (sum) throws(EngineError) in try activation(of: sum.other) }
    var first = 0
    for (place, source) in sources.enumerated() {
      let channels = first..<first + shapes[source].channels
      first = channels.upperBound
      let problem = try ConvolutionProblem(
        self, id, source, inputChannels: channels, hasBias: place == 0, result: result?.layout,
        transposed: transposed, stride: stride, padding: padding)
      let fusion = onednn_fusion(
        accumulate: result == nil ? 0 : 1, relu: relu && place == sources.count - 1 ? 1 : 0)
      result = try emit(problem, id, from: source, fusion, into: result)
    }
    values[id] = result
    if let sum { values[sum.id] = result }
  }

  /// Emits the forward step of one convolution, and records its backward steps.
  private func emit(
    _ problem: ConvolutionProblem, _ id: Graph.ID, from source: Graph.ID, _ fusion: onednn_fusion,
    into present: Memory?
  ) throws(EngineError) -> Memory {
    let forward = try problem.primitive(isTraining ? onednn_training : onednn_inference, fusion)
    let value = try reordered(
      value(of: source),
      to: forward.requiredLayout(of: DNNL_ARG_SRC, dimensions: problem.sourceDimensions))
    let weights = try parameter(
      id, .weight, own: problem.ownWeights, as: forward.requiredLayout(of: DNNL_ARG_WEIGHTS, dimensions: []))
    let own = try forward.requiredLayout(of: DNNL_ARG_DST, dimensions: problem.destinationDimensions)
    let result = present ?? Memory(own)
    var arguments = [(DNNL_ARG_SRC, value), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, result)]
    if let bias = problem.bias {
      arguments.append((DNNL_ARG_BIAS, try parameter(id, .bias, own: bias, as: bias)))
    }
    try emit(forward, arguments)
    backward(of: id) { () throws(EngineError) in
      try self.weightGradient(id, problem, forward, source: self.value(of: source))
      if self.isNeeded(source) { try self.dataGradient(id, source, problem, forward) }
    }
    return result
  }

  /// Returns whether a node is a 1×1×1 convolution with few output channels that ends the network, or that only the
  /// last activation follows.
  private func isPointwiseHead(_ id: Graph.ID) -> Bool {
    guard !isTraining, block != .one, isLast(id), !canFuseReLU(after: id),
      shapes[id].channels <= PointwiseConvolution.mostOutputs,
      case .convolution(_, .one, .one, .zero) = graph.nodes[id].operation
    else { return false }
    return block.suits(shapes[graph.nodes[id].inputs[0]].channels)
  }

  /// Compiles such a convolution with `PointwiseConvolution`.
  private func pointwiseHead(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let (from, to) = (dimensions(of: input), dimensions(of: id))
    let source = try reordered(value(of: input), to: Layout(from, block.order, type))
    let (flat, one) = (try Layout.plain([to[1], from[1]]), try Layout.plain([to[1]]))
    let weights = try parameter(id, .weight, own: flat, as: flat)
    let bias = try parameter(id, .bias, own: one, as: one)
    let result = Memory(try .plain(to))
    let head = PointwiseConvolution(
      inputs: from[1], outputs: to[1], batch: batch, voxels: to[2...].reduce(1, *), block: block, type: type)
    emit("convolution", touching: [source, weights, bias, result]) { state in
      head.run(
        source.bytes, weights: weights.floats, bias: bias.floats, into: result.floats, threads: state.threads)
    }
    values[id] = result
  }

  /// Emits the gradient with respect to the weights.
  private func weightGradient(
    _ id: Graph.ID, _ problem: ConvolutionProblem, _ forward: Primitive, source: Memory
  ) throws(EngineError) {
    let primitive = try problem.primitive(onednn_backward_weights, forward: forward)
    let source = try reordered(
      source, to: primitive.requiredLayout(of: DNNL_ARG_SRC, dimensions: problem.sourceDimensions))
    let cotangent = try gradient(
      of: id, as: primitive.requiredLayout(of: DNNL_ARG_DIFF_DST, dimensions: problem.destinationDimensions))
    let weights = try parameterGradient(
      id, .weight, own: problem.ownWeights,
      as: primitive.requiredLayout(of: DNNL_ARG_DIFF_WEIGHTS, dimensions: []))
    var arguments = [
      (DNNL_ARG_SRC, source), (DNNL_ARG_DIFF_DST, cotangent), (DNNL_ARG_DIFF_WEIGHTS, weights.memory),
    ]
    if let bias = problem.bias {
      arguments.append((DNNL_ARG_DIFF_BIAS, try parameterGradient(id, .bias, own: bias, as: bias).memory))
    }
    try emit(primitive, arguments)
    try weights.finish()
  }

  /// Emits the gradient with respect to the input.
  private func dataGradient(
    _ id: Graph.ID, _ input: Graph.ID, _ problem: ConvolutionProblem, _ forward: Primitive
  ) throws(EngineError) {
    let primitive = try problem.primitive(onednn_backward_data, forward: forward)
    let cotangent = try gradient(
      of: id, as: primitive.requiredLayout(of: DNNL_ARG_DIFF_DST, dimensions: problem.destinationDimensions))
    let weights = try parameter(
      id, .weight, own: problem.ownWeights, as: primitive.requiredLayout(of: DNNL_ARG_WEIGHTS, dimensions: [])
    )
    let result = Memory(
      try primitive.requiredLayout(of: DNNL_ARG_DIFF_SRC, dimensions: problem.sourceDimensions))
    try emit(
      primitive,
      [(DNNL_ARG_DIFF_DST, cotangent), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DIFF_SRC, result)])
    try contribute(result, to: input)
  }

  /// Returns the addition that alone reads this convolution, if it can be fused: its other operand is not read again,
  /// so that the sum can be written into the operand's memory. Only at inference.
  private func fusedAddition(after id: Graph.ID) -> (id: Graph.ID, other: Graph.ID)? {
    guard !isTraining, let sum = onlyConsumer(of: id), graph.nodes[sum].operation == .addition,
      let other = graph.nodes[sum].inputs.first(where: { $0 != id }), values[other] != nil,
      block.suits(shapes[id].channels)
    else { return nil }
    // The value of these operations can share the memory of another node.
    switch graph.nodes[other].operation {
    case .input, .dropout, .reshape: return nil
    default: break
    }
    let isRead = consumers(of: other).contains { reader in
      reader > id && reader != sum || isNeverMaterialized(reader)
    }
    return isRead ? nil : (sum, other)
  }
}
