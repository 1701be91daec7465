/// A short name for bytes: FNV-1a, 64 bits (Fowler, Noll and Vo). It tells contents apart that differ by chance, not
/// by intent, and is the same on every machine, as Swift's own hash is not.
package struct Fingerprint: Hashable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init(of bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  /// Of the numbers' bits, the lowest byte first.
  package init(of numbers: [Float]) {
    for number in numbers {
      var bits = number.bitPattern
      for _ in 0..<4 {
        value = (value ^ UInt64(bits & 0xFF)) &* 0x100_0000_01B3
        bits >>= 8
      }
    }
  }

  /// Sixteen hexadecimal digits.
  package var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
