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
  @inlinable
  package static var increment: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// Returns the image of a word under a bijection in which each input bit changes about half of the output bits.
  @inlinable
  package static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension RandomNumberGenerator {
  /// Returns whether an event of the given probability happens.
  ///
  /// One number is drawn for any probability, so that switching one change off does not alter the draws of the others.
  @inlinable
  package mutating func isHit(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &self) < probability
  }

  /// Returns a vector with components uniformly distributed between -limit and limit.
  @inlinable
  package mutating func vector(within limit: Double) -> SIMD3<Double> {
    let x = Double.random(in: -limit...limit, using: &self)
    let y = Double.random(in: -limit...limit, using: &self)
    let z = Double.random(in: -limit...limit, using: &self)
    return [x, y, z]
  }

  /// Returns a factor between 1 / (1 + limit) and 1 + limit. Factors above and below 1 are equally probable.
  @inlinable
  package mutating func factor(within limit: Double) -> Double {
    let change = Double.random(in: -limit...limit, using: &self)
    return change >= 0 ? 1 + change : 1 / (1 - change)
  }
}
