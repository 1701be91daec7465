import Numerics

extension Compiler {
  /// Elements are kept or dropped by a hash of (seed, node, place), so that a run can be repeated and threads
  /// do not matter. The mask is kept as factors 0 or 1 / (1 − p) for the way back.
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

  /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit of the input moves every bit of the
  /// result.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
