/// A random number generator with 64 bits of state: SplitMix64 (Steele, Lea and Flood 2014).
///
/// It is a counter with a mixing function, and distributes seeds that differ in one bit over the entire state of a
/// generator with more bits.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// Starts the generator from a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mix(state)
  }

  /// The increment of the counter: 2⁶⁴ divided by the golden ratio, made odd, so that successive states are far apart.
  package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Returns the image of a word under a bijection in which each input bit changes about half of the output bits.
  package static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
