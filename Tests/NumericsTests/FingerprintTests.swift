import Numerics
import Testing

@Suite struct FingerprintTests {
  @Test(
    "bytes have the published values of FNV-1a with 64 bits",
    arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
  func vectors(text: String, hex: String) {
    #expect(Fingerprint(of: text.utf8).hex == hex)
  }

  @Test("numbers count as their bytes, the lowest first; zeros in front are digits too")
  func numbers() {
    // 1 is 0x3F800000 and -2.5 is 0xC0200000.
    let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0]
    #expect(Fingerprint(of: [1, -2.5]).value == Fingerprint(of: bytes).value)
    #expect((0..<200).allSatisfy { Fingerprint(of: [Float($0)]).hex.count == 16 })
  }
}
