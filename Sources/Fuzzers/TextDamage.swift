/// Damages texts in the ways that tables, JSON and pipeline files are damaged, and in those that their readers fear.
struct TextDamage {
  /// Makes one to six changes.
  static func damage(_ bytes: inout [UInt8], _ mutator: inout Mutator) {
    for _ in 0...mutator.below(6) {
      let place = mutator.below(bytes.count + 1)
      switch mutator.below(9) {
      case 0: if place < bytes.count { bytes[place] = mutator.byte() }
      case 1: bytes.insert(contentsOf: mutator.element(of: tokens), at: place)
      case 2: bytes.removeSubrange(mutator.range(in: bytes, longest: 40))
      case 3: bytes.insert(contentsOf: bytes[mutator.range(in: bytes, longest: 80)], at: place)
      case 4:
        let run = Array(repeating: mutator.element(of: tokens), count: mutator.below(600)).joined()
        bytes.insert(contentsOf: run, at: place)
      case 5: if mutator.below(6) == 0 { bytes.removeSubrange(place...) }
      // Numbers decide over sizes: they are changed most.
      default: replaceNumber(in: &bytes, from: place, by: mutator.element(of: numbers))
      }
    }
  }

  /// Replaces the next digits behind a place.
  private static func replaceNumber(in bytes: inout [UInt8], from place: Int, by number: [UInt8]) {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: number)
  }

  private static let numbers: [[UInt8]] = [
    "0", "1", "-1", "2", "7", "255", "65535", "65536", "-0", "1e-45", "1e38", "1e300", "-1e300", "1e999",
    "0.5", "NaN",
    "Infinity", "null", "true", "[]", "{}", "\"1\"", "32767", "1048576", "16777216", "2147483648",
    "4294967296",
    "1099511627776", "4611686018427387904", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551616", "99999999999999999999999999999999",
  ].map { Array($0.utf8) }

  private static let tokens: [[UInt8]] =
    [
      "\t", "\n", "\r\n", "\r", "\0", " ", "\u{feff}", "\u{2028}", "\u{85}", "\u{301}", "\"", "'", "\\",
      "\\u0000",
      "\\ud800", "{", "}", "[", "]", ":", ",", ",]", "${", "$(", "`", "#", "n/a", "null", "true", "-",
      "1-65535", "0-0",
      "GM", "sub-", "sub-01_", "_T1w", ".nii.gz", "grisea ", "/*", "//", "%s", "../", "*", "?", "[a-",
      "\u{1F9E0}",
    ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]
}
