import COneDNN

extension Compiler {
  /// Compiles a concatenation along channels.
  func concatenation(_ id: Graph.ID, from inputs: [Graph.ID]) throws(EngineError) {
    if isNeverMaterialized(id) { return }
    let engine = engine.handle
    let sources = try inputs.map { (input) throws(EngineError) in try activation(of: input) }
    let anyResult = try Layout.any(dimensions(of: id), type)
    let forward = try Primitive("concatenation") {
      onednn_concatenation(
        $0, engine, 1, Int32(sources.count), sources.map { $0.layout.handle }, anyResult.handle)
    }
    let result = Memory(try forward.requiredLayout(of: DNNL_ARG_DST, dimensions: dimensions(of: id)))
    let arguments = sources.enumerated().map { (DNNL_ARG_MULTIPLE_SRC + Int32($0.offset), $0.element) }
    try emit(forward, arguments + [(DNNL_ARG_DST, result)])
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard inputs.contains(where: { self.isNeeded($0) }) else { return }
      let cotangent = try self.gradient(of: id, as: result.layout)
      // A part that divides a block of channels is taken from the plain layout.
      lazy var plain: Result<Memory, EngineError> = Result { () throws(EngineError) in
        try self.reordered(cotangent, to: .plain(self.dimensions(of: id)))
      }
      var first = 0
      for (input, source) in zip(inputs, sources) {
        let range = first..<first + self.shapes[input].channels
        first = range.upperBound
        guard self.isNeeded(input) else { continue }
        let share: Memory
        if let part = cotangent.layout.channels(range) {
          share = cotangent.viewed(as: part)
        } else {
          let memory = try plain.get()
          guard let part = memory.layout.channels(range) else {
            throw .primitive(name: "concatenation, gradient", status: Int(dnnl_unimplemented.rawValue))
          }
          share = memory.viewed(as: part)
        }
        let inputGradient = Memory(source.layout)
        try self.reorder(share, into: inputGradient)
        try self.contribute(inputGradient, to: input)
      }
    }
  }

  /// Returns whether a concatenation is never written: all its readers are convolutions, which read its parts
  /// separately.
  func isNeverMaterialized(_ id: Graph.ID) -> Bool {
    guard graph.nodes[id].operation == .concatenation, id != graph.output else { return false }
    let readers = consumers(of: id).map { graph.nodes[$0].operation }
    return graph.nodes[id].inputs.allSatisfy { block.suits(shapes[$0].channels) }
      && readers.allSatisfy { if case .convolution = $0 { true } else { false } }
      && consumers(of: id).allSatisfy { block.suits(shapes[$0].channels) }
  }

  /// Compiles the sum of two tensors.
  func addition(_ id: Graph.ID, from inputs: [Graph.ID]) throws(EngineError) {
    // A convolution may have computed the sum already.
    if values[id] != nil { return }
    let first = value(of: inputs[0])
    let result = Memory(first.layout)
    try add(first, reordered(value(of: inputs[1]), to: first.layout), into: result, name: "addition")
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      let cotangent = try self.gradient(of: id, as: result.layout)
      for input in inputs where self.isNeeded(input) { try self.contribute(cotangent, to: input) }
    }
  }
}
