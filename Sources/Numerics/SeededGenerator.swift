/// A random number generator that starts from a seed and a stream number: xoshiro256** (Blackman and Vigna 2021).
///
/// All numbers for item `n` are drawn from the generator of stream `n`. They are a function of (seed, n) alone, and do
/// not depend on the order or on the threads in which the items are made.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  @usableFromInline
  internal var a, b, c, d: UInt64

  /// Starts stream `stream` of a seed. The streams of one seed are independent sequences.
  public init(seed: UInt64, stream: UInt64 = 0) {
    // Both words pass through the mixing function. Otherwise (1, 2) and (2, 1) could coincide, and neighbouring streams
    // could be one sequence shifted by a step.
    let start = SplitMix64.mix(SplitMix64.mix(seed &+ SplitMix64.increment) &+ stream)
    var seeder = SplitMix64(seed: start)
    self.init(state: (seeder.next(), seeder.next(), seeder.next(), seeder.next()))
  }

  /// Starts a generator in the given state. The four words must not all be zero.
  package init(state: (UInt64, UInt64, UInt64, UInt64)) {
    (a, b, c, d) = state
  }

  /// Returns the next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let result = SeededGenerator.rotated(b &* 5, by: 7) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = SeededGenerator.rotated(d, by: 45)
    return result
  }

  @inlinable
  internal static func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 {
    (word << bits) | (word >> (64 - bits))
  }
}
