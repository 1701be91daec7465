import COneDNN

extension Compiler {
  /// Compiles the product of all elements of a sample with a matrix: [N, C, D, H, W] → [N, O, 1, 1, 1].
  ///
  /// It is computed in f32 at any precision: the matrix is read only once, and latent vectors keep their digits.
  func dense(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let outputs = shapes[id].channels
    let features = dimensions(of: input)[1...].reduce(1, *)
    let x = try Layout.plain([batch, features])
    let w = try Layout.plain([outputs, features])
    let b = try Layout.plain([outputs])
    let y = try Layout.plain([batch, outputs])
    let anyWeights = try Layout.any([outputs, features], dnnl_f32)
    let engine = engine.handle
    func describe(
      _ out: UnsafeMutablePointer<dnnl_primitive_desc_t?>, _ direction: onednn_direction,
      _ forward: Primitive?
    ) -> dnnl_status_t {
      // The data gradient that oneDNN 2.6.3 chooses itself reads through a null pointer on two threads, for batches of
      // some tens and 2048 outputs. With weights in plain layout it chooses another implementation.
      let weights = direction == onednn_backward_data ? w : anyWeights
      return onednn_inner_product(
        out, engine, direction, x.handle, weights.handle, b.handle, y.handle, forward?.description)
    }
    let forward = try Primitive("dense") {
      describe($0, isTraining ? onednn_training : onednn_inference, nil)
    }
    let source = try reordered(value(of: input), to: .plain(dimensions(of: input))).viewed(as: x)
    let weights = try parameter(
      id, .weight, own: w, as: forward.requiredLayout(of: DNNL_ARG_WEIGHTS, dimensions: [outputs, features]))
    let result = Memory(y)
    try emit(
      forward,
      [
        (DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights),
        (DNNL_ARG_BIAS, parameter(id, .bias, own: b, as: b)), (DNNL_ARG_DST, result),
      ])
    values[id] = result.viewed(as: try .plain(dimensions(of: id)))

    backward(of: id) { () throws(EngineError) in
      let cotangent = try self.gradient(of: id, as: .plain(self.dimensions(of: id))).viewed(as: y)
      let learning = try Primitive("dense, weight gradient") {
        describe($0, onednn_backward_weights, forward)
      }
      let weightGradient = try self.parameterGradient(
        id, .weight, own: w, as: learning.requiredLayout(of: DNNL_ARG_DIFF_WEIGHTS, dimensions: []))
      let biasGradient = try self.parameterGradient(id, .bias, own: b, as: b)
      try self.emit(
        learning,
        [
          (DNNL_ARG_SRC, source), (DNNL_ARG_DIFF_DST, cotangent),
          (DNNL_ARG_DIFF_WEIGHTS, weightGradient.memory), (DNNL_ARG_DIFF_BIAS, biasGradient.memory),
        ])
      try weightGradient.finish()
      guard self.isNeeded(input) else { return }
      let passing = try Primitive("dense, data gradient") { describe($0, onednn_backward_data, forward) }
      let passed = try self.parameter(
        id, .weight, own: w, as: passing.requiredLayout(of: DNNL_ARG_WEIGHTS, dimensions: []))
      let inputGradient = Memory(x)
      try self.emit(
        passing,
        [(DNNL_ARG_DIFF_DST, cotangent), (DNNL_ARG_WEIGHTS, passed), (DNNL_ARG_DIFF_SRC, inputGradient)])
      try self.contribute(inputGradient.viewed(as: .plain(self.dimensions(of: input))), to: input)
    }
  }

  /// Compiles a change of the dimensions, which keeps the row-major order of the elements.
  func reshape(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let own = try Layout.plain(dimensions(of: id))
    let source = try Layout.plain(dimensions(of: input))
    values[id] = try reordered(value(of: input), to: source).viewed(as: own)
    backward(of: id) { () throws(EngineError) in
      try self.contribute(self.gradient(of: id, as: own).viewed(as: source), to: input)
    }
  }
}
