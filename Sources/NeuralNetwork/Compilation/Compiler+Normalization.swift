import COneDNN

extension Compiler {
  /// Compiles an instance normalization. It equals a batch normalization of one sample: the primitive runs once for
  /// each sample, on that sample's part of the tensor. A following ReLU is fused.
  func instanceNormalization(_ id: Graph.ID, from input: Graph.ID, epsilon: Float) throws(EngineError) {
    let engine = engine.handle
    // Padding channels are normalized too, with a scale of 0, because oneDNN's kernels process whole blocks.
    let block = block == .all && !block.suits(shapes[id].channels) ? .some(16) : block
    let source = try reordered(value(of: input), to: Layout(dimensions(of: id), block.order, type))
    let channels = block.padded(shapes[id].channels)
    let sample = try Layout([1, channels] + dimensions(of: id)[2...], block.order, type)
    let fused = canFuseReLU(after: id)
    let forward = try Primitive("normalisation") {
      onednn_normalization(
        $0, engine, isTraining ? onednn_training : onednn_inference, sample.handle, epsilon,
        isTraining ? 0 : 1, fused ? 1 : 0, nil)
    }
    let channel = try Layout.plain([channels])
    let scale = try paddedParameter(id, .scale, channel)
    let shift = try paddedParameter(id, .shift, channel)
    let result = Memory(source.layout)
    let memories = try (0..<batch).map { (_) throws(EngineError) in
      SampleStatistics(
        mean: Memory(channel), variance: Memory(channel),
        workspace: try forward.layout(of: DNNL_ARG_WORKSPACE).map { Memory($0) })
    }
    func part(_ memory: Memory, _ n: Int) -> Memory {
      memory.viewed(as: sample).advanced(by: n * sample.byteCount)
    }
    for (n, statistics) in memories.enumerated() {
      if !isTraining { measure(part(source, n), block, statistics) }
      try emit(
        forward,
        [
          (DNNL_ARG_SRC, part(source, n)), (DNNL_ARG_SCALE, scale), (DNNL_ARG_SHIFT, shift),
          (DNNL_ARG_DST, part(result, n)),
        ] + statistics.arguments)
    }
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      let primitive = try Primitive("normalisation, gradient") {
        onednn_normalization(
          $0, engine, onednn_backward_data, sample.handle, epsilon, 0, fused ? 1 : 0, forward.description)
      }
      let cotangent = try self.gradient(of: id, as: source.layout)
      let inputGradient = Memory(source.layout)
      let unused = onednn_normalization_gradient_takes_shift() != 0 ? [(DNNL_ARG_SHIFT, shift)] : []
      var scaleGradients: [Memory] = []
      var shiftGradients: [Memory] = []
      for (n, statistics) in memories.enumerated() {
        let (scaleGradient, shiftGradient) = (Memory(channel), Memory(channel))
        try self.emit(
          primitive,
          [
            (DNNL_ARG_SRC, part(source, n)), (DNNL_ARG_SCALE, scale),
            (DNNL_ARG_DIFF_DST, part(cotangent, n)), (DNNL_ARG_DIFF_SRC, part(inputGradient, n)),
            (DNNL_ARG_DIFF_SCALE, scaleGradient), (DNNL_ARG_DIFF_SHIFT, shiftGradient),
          ] + unused + statistics.arguments)
        scaleGradients.append(scaleGradient)
        shiftGradients.append(shiftGradient)
      }
      try self.sumOverSamples(scaleGradients, into: id, .scale)
      try self.sumOverSamples(shiftGradients, into: id, .shift)
      if self.isNeeded(input) { try self.contribute(inputGradient, to: input) }
    }
  }

  /// Returns a parameter with one number for each channel, and 0 for padding channels.
  private func paddedParameter(
    _ id: Graph.ID, _ role: ParameterSlot.Role, _ padded: Layout
  ) throws(EngineError) -> Memory {
    let own = try Layout.plain([shapes[id].channels])
    guard !own.equals(padded), let place = padded.part(of: 0, 0..<shapes[id].channels) else {
      return try parameter(id, role, own: own, as: own)
    }
    // Memory starts as zeros.
    let result = Memory(padded, isPersistent: true)
    let flat = try parameter(id, role, own: own, as: own)
    try within(.preparation) { () throws(EngineError) in try reorder(flat, into: result.viewed(as: place)) }
    return result
  }

  /// Emits the mean and the variance of one sample, which are the same for any number of threads.
  private func measure(_ sample: Memory, _ block: ChannelBlock, _ result: SampleStatistics) {
    let dimensions = sample.layout.dimensions
    let statistics = ChannelStatistics(
      channels: dimensions[1], voxels: dimensions[2...].reduce(1, *), block: block,
      type: sample.layout.type)
    emit("normalisation, statistics", touching: [sample, result.mean, result.variance]) { state in
      statistics.measure(
        sample.bytes, mean: result.mean.floats, variance: result.variance.floats, threads: state.threads)
    }
  }

  /// Emits the sum of the samples' gradients of a parameter.
  private func sumOverSamples(
    _ parts: [Memory], into id: Graph.ID, _ role: ParameterSlot.Role
  ) throws(EngineError) {
    let channel = try Layout.plain([shapes[id].channels])
    let total = try parameterGradient(id, role, own: channel, as: channel).memory
    emit("sum over samples", touching: parts + [total]) { _ in
      let sum = total.floats
      for c in sum.indices { sum[c] = parts.reduce(0) { $0 + $1.floats[c] } }
    }
  }
}

/// The results of the forward pass of one sample that the backward pass needs, or the given statistics at inference.
private struct SampleStatistics {
  var mean, variance: Memory
  var workspace: Memory?

  /// The arguments of the primitive.
  var arguments: [(Int32, Memory)] {
    [(DNNL_ARG_MEAN, mean), (DNNL_ARG_VARIANCE, variance)]
      + (workspace.map { [(DNNL_ARG_WORKSPACE, $0)] } ?? [])
  }
}
