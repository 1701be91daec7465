/// xoshiro256** (Blackman and Vigna 2021), started from a seed and a stream number.
///
/// Whatever is drawn for item `n` comes from the generator of stream `n`: it is a pure function of
/// (seed, n), so it depends neither on the order nor on the threads in which items are made.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  private var a, b, c, d: UInt64

  /// Streams of one seed are independent sequences.
  public init(seed: UInt64, stream: UInt64 = 0) {
    // Both words pass through the mixing function: (1, 2) and (2, 1) must not meet, and neighbouring
    // streams must not be one sequence shifted by a step, as they would be were `stream` only added.
    let start = SplitMix64.mix(SplitMix64.mix(seed &+ SplitMix64.increment) &+ stream)
    var seeder = SplitMix64(seed: start)
    self.init(state: (seeder.next(), seeder.next(), seeder.next(), seeder.next()))
  }

  /// The generator in a state given as it is; not all four words may be zero.
  package init(state: (UInt64, UInt64, UInt64, UInt64)) {
    (a, b, c, d) = state
  }

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

  private static func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 {
    (word << bits) | (word >> (64 - bits))
  }
}
