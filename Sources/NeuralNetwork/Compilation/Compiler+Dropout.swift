import Numerics

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
      let stream = (state.seed &+ UInt64(id)) &* 0x9E37_79B9_7F4A_7C15
      for index in x.indices {
        let drawn = UInt32(truncatingIfNeeded: Self.mixed(stream &+ UInt64(index)) >> 32)
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

  /// Returns the hash of a word. The function is SplitMix64's mixing function.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
