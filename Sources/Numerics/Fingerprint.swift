/// A 64-bit hash of bytes: FNV-1a (Fowler, Noll and Vo).
///
/// The hash distinguishes contents that differ by chance. It gives no protection against intended collisions.
/// Unlike Swift's `Hasher`, it gives the same value on every machine.
package struct Fingerprint: Hashable {
  /// The hash.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Computes the hash of a sequence of bytes.
  package init(of bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  /// Computes the hash of the bit patterns of numbers, each with its least significant byte first.
  package init(of numbers: [Float]) {
    for number in numbers {
      var bits = number.bitPattern
      for _ in 0..<4 {
        value = (value ^ UInt64(bits & 0xFF)) &* 0x100_0000_01B3
        bits >>= 8
      }
    }
  }

  /// The hash as 16 lower-case hexadecimal digits.
  package var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
