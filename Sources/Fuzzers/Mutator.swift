/// Random changes of files, the same for the same seed.
struct Mutator {
  private var generator: Xorshift

  init(seed: UInt64) { generator = Xorshift(state: seed &* 0x9e37_79b9_7f4a_7c15 | 1) }

  /// A number from 0 to below the limit.
  mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

  mutating func element<Element>(of list: [Element]) -> Element { list[below(list.count)] }

  /// Any byte.
  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: generator.next()) }

  /// Some bytes of a list.
  mutating func range(in bytes: [UInt8], longest: Int) -> Range<Int> {
    let start = below(bytes.count + 1)
    return start..<min(start + below(longest + 1), bytes.count)
  }
}

/// Marsaglia's xorshift64: fast, and the same inputs for the same seed.
private struct Xorshift {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
