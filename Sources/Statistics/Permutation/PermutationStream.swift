/// SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195), started from a seed and the number of a
/// permutation: the permutation depends on nothing else, and so may be made on any thread or machine.
package struct PermutationStream: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64, number: Int) {
    // Mixed in between, so that neighboring numbers do not give one sequence shifted by a step.
    state = Self.mixed(Self.mixed(seed &+ Self.increment) &+ UInt64(number))
  }

  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
