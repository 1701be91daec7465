import Numerics

/// SplitMix64 (Steele, Lea and Flood 2014), one short sequence for each resample.
///
/// Segmentation has a generator with longer sequences, which this module does not see and does not need: a resample
/// draws as many numbers as there are subjects.
package struct ResamplingGenerator {
  private var state: UInt64

  /// The sequence of a resample depends on seed and number alone, not on the cores that draw beside each other.
  package init(seed: UInt64, resample: Int) {
    state = Self.mix(Self.mix(seed) &+ UInt64(resample))
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number of `0..<count`: the upper word of a product, whose bias of count / 2⁶⁴ nobody can see.
  package mutating func index(below count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }

  private static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
