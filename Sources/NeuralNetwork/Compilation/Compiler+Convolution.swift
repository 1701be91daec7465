import COneDNN

extension Compiler {
  /// A convolution or its transpose. At inference a ReLU that follows is computed with it.
  func convolution(
    _ id: Graph.ID, from input: Graph.ID, transposed: Bool, stride: SIMD3<Int>, padding: SIMD3<Int>
  ) throws(EngineError) {
    let problem = try ConvolutionProblem(
      self, id, input, transposed: transposed, stride: stride, padding: padding)
    let fused = !isTraining && !transposed && canFuseReLU(after: id)
    let forward = try Primitive(transposed ? "transposed convolution" : "convolution") {
      problem.describe($0, isTraining ? onednn_training : onednn_inference, fusedReLU: fused, forward: nil)
    }
    let source = try reordered(
      value(of: input), to: forward.requiredLayout(of: DNNL_ARG_SRC, dimensions: problem.source.dimensions))
    let weights = try parameter(
      id, .weight, own: problem.ownWeights, as: forward.requiredLayout(of: DNNL_ARG_WEIGHTS, dimensions: []))
    let bias = try parameter(id, .bias, own: problem.bias, as: problem.bias)
    let result = Memory(
      try forward.requiredLayout(of: DNNL_ARG_DST, dimensions: problem.destination.dimensions))
    try emit(
      forward,
      [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias), (DNNL_ARG_DST, result)])
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      try self.weightGradient(id, problem, forward, source: self.value(of: input))
      if self.isNeeded(input) { try self.dataGradient(id, input, problem, forward) }
    }
  }

  private func weightGradient(
    _ id: Graph.ID, _ problem: ConvolutionProblem, _ forward: Primitive, source: Memory
  ) throws(EngineError) {
    let primitive = try Primitive("\(forward.name), weight gradient") {
      problem.describe($0, onednn_backward_weights, fusedReLU: false, forward: forward)
    }
    let source = try reordered(
      source, to: primitive.requiredLayout(of: DNNL_ARG_SRC, dimensions: problem.source.dimensions))
    let cotangent = try gradient(
      of: id, as: primitive.requiredLayout(of: DNNL_ARG_DIFF_DST, dimensions: problem.destination.dimensions))
    let weights = try parameterGradient(
      id, .weight, own: problem.ownWeights,
      as: primitive.requiredLayout(of: DNNL_ARG_DIFF_WEIGHTS, dimensions: []))
    let bias = try parameterGradient(id, .bias, own: problem.bias, as: problem.bias)
    try emit(
      primitive,
      [
        (DNNL_ARG_SRC, source), (DNNL_ARG_DIFF_DST, cotangent), (DNNL_ARG_DIFF_WEIGHTS, weights.memory),
        (DNNL_ARG_DIFF_BIAS, bias.memory),
      ])
    try weights.finish()
  }

  private func dataGradient(
    _ id: Graph.ID, _ input: Graph.ID, _ problem: ConvolutionProblem, _ forward: Primitive
  ) throws(EngineError) {
    let primitive = try Primitive("\(forward.name), data gradient") {
      problem.describe($0, onednn_backward_data, fusedReLU: false, forward: forward)
    }
    let cotangent = try gradient(
      of: id, as: primitive.requiredLayout(of: DNNL_ARG_DIFF_DST, dimensions: problem.destination.dimensions))
    let weights = try parameter(
      id, .weight, own: problem.ownWeights, as: primitive.requiredLayout(of: DNNL_ARG_WEIGHTS, dimensions: [])
    )
    let result = Memory(
      try primitive.requiredLayout(of: DNNL_ARG_DIFF_SRC, dimensions: problem.source.dimensions))
    try emit(
      primitive,
      [(DNNL_ARG_DIFF_DST, cotangent), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DIFF_SRC, result)])
    try contribute(result, to: input)
  }
}

/// The layouts and numbers that a convolution's three primitives share.
struct ConvolutionProblem {
  let engine: Engine
  let transposed: Bool
  /// For oneDNN to choose; gradients of weights are f32.
  let source, weights, weightGradient, destination: Layout
  /// Of the forward result, which is f32 where it leaves the network.
  let result: Layout
  /// [O], and the weights as the flat parameters hold them.
  let bias, ownWeights: Layout
  let strides, paddingLow, paddingHigh: [Int64]

  init(
    _ compiler: Compiler, _ id: Graph.ID, _ input: Graph.ID, transposed: Bool, stride: SIMD3<Int>,
    padding: SIMD3<Int>
  ) throws(EngineError) {
    engine = compiler.engine
    self.transposed = transposed
    let from = compiler.dimensions(of: input)
    let to = compiler.dimensions(of: id)
    let kernel = compiler.kernel(of: id)
    let type = compiler.type
    source = try from[1] == 1 ? .plain(from, type) : .blocked(from, type)
    destination = try .blocked(to, type)
    result = try .blocked(to, compiler.resultType(of: id))
    bias = try .plain([to[1]])
    // oneDNN names both kinds' weights [O, I, …]; ours are [I, O, …] where transposed, as in PyTorch.
    let dimensions = [to[1], from[1], kernel.x, kernel.y, kernel.z]
    weights = try .any(dimensions, type)
    weightGradient = try .any(dimensions, dnnl_f32)
    ownWeights = try Layout(dimensions, transposed ? dnnl_bacde : dnnl_abcde)
    strides = (0..<3).map { Int64(stride[$0]) }
    paddingLow = (0..<3).map { Int64(padding[$0]) }
    // What the last window reaches past the input; less than the padding where strides leave a remainder.
    paddingHigh = (0..<3).map { axis in
      let small = transposed ? from[axis + 2] : to[axis + 2]
      let large = transposed ? to[axis + 2] : from[axis + 2]
      return Int64((small - 1) * stride[axis] + kernel[axis] - large - padding[axis])
    }
  }

  func describe(
    _ out: UnsafeMutablePointer<dnnl_primitive_desc_t?>, _ direction: onednn_direction, fusedReLU: Bool,
    forward: Primitive?
  ) -> dnnl_status_t {
    let isForward = direction == onednn_inference || direction == onednn_training
    let weights = direction == onednn_backward_weights ? weightGradient : weights
    return onednn_convolution(
      out, engine.handle, direction, transposed ? 1 : 0, source.handle, weights.handle, bias.handle,
      (isForward ? result : destination).handle, strides, paddingLow, paddingHigh, fusedReLU ? 1 : 0, forward?.description)
  }
}

extension Compiler {
  fileprivate func kernel(of id: Graph.ID) -> SIMD3<Int> {
    switch graph.nodes[id].operation {
    case .convolution(_, let kernel, _, _), .transposedConvolution(_, let kernel, _, _): kernel
    default: .one
    }
  }
}
