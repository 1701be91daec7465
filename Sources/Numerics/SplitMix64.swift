/// SplitMix64 (Steele, Lea and Flood 2014): a counter behind a 64-bit mixing function.
///
/// It spreads seeds that differ in one bit over the whole state of a better generator.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mix(state)
  }

  /// 2⁶⁴ over the golden ratio, made odd: successive states are far apart.
  package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// A bijection of 64-bit words in which each bit of the input changes about half of the output.
  package static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
