import COneDNN
import Numerics

extension Compiler {
  /// Compiles an activation with a derivative that follows from its result, so that its input need not be kept.
  func elementwise(
    _ id: Graph.ID, from input: Graph.ID, _ algorithm: dnnl_alg_kind_t, alpha: Float
  ) throws(EngineError) {
    if graph.nodes[id].operation == .relu, isFused(intoProducer: input) { return alias(id, to: input) }
    let engine = engine.handle
    // The output has the plain layout, in which losses are computed.
    let source =
      try id == graph.output
      ? reordered(value(of: input), to: .plain(dimensions(of: id))) : value(of: input)
    let result = Memory(source.layout)
    let forward = try Primitive("activation") {
      onednn_elementwise(
        $0, engine, isTraining ? onednn_training : onednn_inference, algorithm, source.layout.handle, alpha,
        0,
        nil)
    }
    try emit(forward, [(DNNL_ARG_SRC, source), (DNNL_ARG_DST, result)])
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let primitive = try Primitive("activation, gradient") {
        onednn_elementwise(
          $0, engine, onednn_backward_data, algorithm, source.layout.handle, alpha, 0, forward.description)
      }
      let inputGradient = Memory(source.layout)
      try self.emit(
        primitive,
        [
          (DNNL_ARG_DST, result), (DNNL_ARG_DIFF_DST, self.gradient(of: id, as: result.layout)),
          (DNNL_ARG_DIFF_SRC, inputGradient),
        ])
      try self.contribute(inputGradient, to: input)
    }
  }

  /// Compiles a softmax across channels, on the plain layout in which outputs leave the network.
  ///
  /// The softmax of oneDNN 2.6 takes 410 ms for 4×96³ if the channels are not innermost, which is a third of an entire
  /// network. Two passes of our own with oneDNN's exponential between them take a few milliseconds.
  func softmax(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let engine = engine.handle
    let dimensions = dimensions(of: id)
    let layout = try Layout.plain(dimensions)
    let source = try reordered(value(of: input), to: layout)
    let result = Memory(layout)
    let planes = ChannelPlanes(dimensions: dimensions)
    emit("softmax, minus maximum", touching: [source, result]) { state in
      planes.subtractMaximum(source.floats, into: result.floats, threads: state.threads)
    }
    let exponential = try Primitive("softmax, exponential") {
      onednn_elementwise($0, engine, onednn_inference, dnnl_eltwise_exp, layout.handle, 0, 0, nil)
    }
    try emit(exponential, [(DNNL_ARG_SRC, result), (DNNL_ARG_DST, result)])
    emit("softmax, over sum", touching: [result]) { state in
      planes.divideBySum(result.floats, threads: state.threads)
    }
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let forward = try Primitive("softmax") {
        onednn_softmax($0, engine, onednn_training, layout.handle, 1, nil)
      }
      let primitive = try Primitive("softmax, gradient") {
        onednn_softmax($0, engine, onednn_backward_data, layout.handle, 1, forward.description)
      }
      let inputGradient = Memory(layout)
      try self.emit(
        primitive,
        [
          (DNNL_ARG_DST, result), (DNNL_ARG_DIFF_DST, self.gradient(of: id, as: layout)),
          (DNNL_ARG_DIFF_SRC, inputGradient),
        ])
      try self.contribute(inputGradient, to: input)
    }
  }

  /// Returns whether the producer of `input` has already computed this ReLU.
  private func isFused(intoProducer input: Graph.ID) -> Bool {
    guard canFuseReLU(after: input) else { return false }
    switch graph.nodes[input].operation {
    case .instanceNormalization: return true
    case .convolution: return !isTraining
    default: return false
    }
  }

  /// Makes a node share the memory of another node, forward and backward.
  func alias(_ id: Graph.ID, to input: Graph.ID) {
    values[id] = value(of: input)
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input), let gradient = self.gradients[id] else { return }
      try self.contribute(gradient, to: input)
    }
  }
}

extension Compiler {
  /// Compiles a dropout.
  ///
  /// A hash of (seed, node, element) decides whether an element is kept, so that a run can be repeated with any number
  /// of threads. The mask is kept for the backward pass as factors 0 or 1 / (1 − p).
  func dropout(_ id: Graph.ID, from input: Graph.ID, probability: Float) throws(EngineError) {
    guard isTraining, probability > 0 else { return alias(id, to: input) }
    let source = try floats(of: input)
    let (result, mask) = (Memory(source.layout), Memory(source.layout))
    let kept = 1 / (1 - min(probability, 1 - .ulpOfOne))
    let threshold = UInt32(clamping: Int64(Double(probability) * Double(UInt32.max)))
    emit("dropout", touching: [source, result, mask]) { state in
      let (x, y, m) = (source.floats, result.floats, mask.floats)
      let stream = (state.seed &+ UInt64(id)) &* SplitMix64.increment
      for index in x.indices {
        let drawn = UInt32(
          truncatingIfNeeded: SplitMix64.mix((stream &+ UInt64(index)) &* SplitMix64.increment) >> 32)
        m[index] = drawn < threshold ? 0 : kept
        y[index] = x[index] * m[index]
      }
    }
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let cotangent = try self.gradient(of: id, as: source.layout)
      let inputGradient = Memory(source.layout)
      self.emit("dropout, gradient", touching: [cotangent, mask, inputGradient]) { _ in
        let (g, m, x) = (cotangent.floats, mask.floats, inputGradient.floats)
        for index in x.indices { x[index] = g[index] * m[index] }
      }
      try self.contribute(inputGradient, to: input)
    }
  }
}
