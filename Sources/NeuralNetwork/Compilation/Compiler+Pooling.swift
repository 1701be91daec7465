import COneDNN

extension Compiler {
  /// Compiles the maximum or the mean of windows. The maximum stores its positions in a workspace for the backward
  /// pass.
  func pooling(
    _ id: Graph.ID, from input: Graph.ID, _ algorithm: dnnl_alg_kind_t, kernel: SIMD3<Int>, stride: SIMD3<Int>
  ) throws(EngineError) {
    let engine = engine.handle
    let source = value(of: input)
    let anyResult = try Layout.any(dimensions(of: id), source.layout.type)
    let strides = (0..<3).map { Int64(stride[$0]) }
    let kernel = (0..<3).map { Int64(kernel[$0]) }
    let forward = try Primitive("pooling") {
      onednn_pooling(
        $0, engine, isTraining ? onednn_training : onednn_inference, algorithm, source.layout.handle,
        anyResult.handle, strides, kernel, nil)
    }
    let result = Memory(try forward.requiredLayout(of: DNNL_ARG_DST, dimensions: dimensions(of: id)))
    let workspace = try forward.layout(of: DNNL_ARG_WORKSPACE).map { Memory($0) }
    let remembered = workspace.map { [(DNNL_ARG_WORKSPACE, $0)] } ?? []
    try emit(forward, [(DNNL_ARG_SRC, source), (DNNL_ARG_DST, result)] + remembered)
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let primitive = try Primitive("pooling, gradient") {
        onednn_pooling(
          $0, engine, onednn_backward_data, algorithm, source.layout.handle, result.layout.handle, strides,
          kernel, forward.description)
      }
      let inputGradient = Memory(source.layout)
      try self.emit(
        primitive,
        [(DNNL_ARG_DIFF_DST, self.gradient(of: id, as: result.layout)), (DNNL_ARG_DIFF_SRC, inputGradient)]
          + remembered)
      try self.contribute(inputGradient, to: input)
    }
  }

  /// Emits the gradient of trilinear up-sampling.
  private func linearUpsamplingGradient(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let (from, to) = (dimensions(of: input), dimensions(of: id))
    let fine = try gradient(of: id, as: Layout(to, block.order, type))
    let coarse = Memory(try Layout(from, block.order, type))
    let work = LinearUpsamplingGradient(
      size: [from[2], from[3], from[4]], blocks: from[0] * block.count(for: from[1]),
      width: block.width(for: from[1]), type: type)
    emit("up-sampling, gradient", touching: [fine, coarse]) { state in
      work.run(from: fine.bytes, into: coarse.bytes, threads: state.threads)
    }
    try contribute(coarse, to: input)
  }

  /// Compiles up-sampling to twice the size along each axis.
  func upsampling(_ id: Graph.ID, from input: Graph.ID, _ algorithm: dnnl_alg_kind_t) throws(EngineError) {
    let engine = engine.handle
    let source = value(of: input)
    let anyResult = try Layout.any(dimensions(of: id), source.layout.type)
    let forward = try Primitive("up-sampling") {
      onednn_resampling(
        $0, engine, isTraining ? onednn_training : onednn_inference, algorithm, source.layout.handle,
        anyResult.handle, nil)
    }
    let result = Memory(try forward.requiredLayout(of: DNNL_ARG_DST, dimensions: dimensions(of: id)))
    try emit(forward, [(DNNL_ARG_SRC, source), (DNNL_ARG_DST, result)])
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      if algorithm == dnnl_resampling_linear, self.block != .one, self.block.suits(self.shapes[id].channels) {
        return try self.linearUpsamplingGradient(id, from: input)
      }
      let primitive = try Primitive("up-sampling, gradient") {
        onednn_resampling(
          $0, engine, onednn_backward_data, algorithm, source.layout.handle, result.layout.handle,
          forward.description)
      }
      let inputGradient = Memory(source.layout)
      try self.emit(
        primitive,
        [(DNNL_ARG_DIFF_DST, self.gradient(of: id, as: result.layout)), (DNNL_ARG_DIFF_SRC, inputGradient)])
      try self.contribute(inputGradient, to: input)
    }
  }
}
