import Numerics

/// The random numbers of one permutation, from a seed and the permutation's number: a permutation depends on nothing
/// else, and so may be made on any thread or machine.
package struct PermutationStream: RandomNumberGenerator {
  private var generator: SplitMix64

  package init(seed: UInt64, number: Int) {
    // Both words pass through the mixing function, so that neighboring numbers do not give one sequence shifted by a
    // step.
    generator = SplitMix64(
      seed: SplitMix64.mix(SplitMix64.mix(seed &+ SplitMix64.increment) &+ UInt64(number)))
  }

  package mutating func next() -> UInt64 { generator.next() }
}
