import Files
import Foundation
import TestSupport
import Testing

struct ContentHashTests {
  /// From FIPS 180-4 and NIST's example values and byte-oriented test vectors for SHA-256.
  static let vectors: [(Data, String)] = [
    (Data(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (Data("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      Data("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      Data(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
          .utf8), "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      Data(repeating: 0x61, count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
    (Data([0xbd]), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"),
  ]

  @Test("the hash of bytes is that of the standard's test vectors", arguments: vectors)
  func standardVectors(data: Data, expected: String) {
    #expect(ContentHash(of: data).hex == expected)
  }

  @Test(
    "a file in chunks has the hash of its bytes at once",
    arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000])
  func fileHash(count: Int) throws {
    let place = try Workplace()
    defer { place.remove() }
    let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let path = try place.write(data, to: "file")
    #expect(try ContentHash(ofFile: path) == ContentHash(of: data))
  }

  @Test("a file that is not there is an error that names it")
  func missingFile() {
    #expect(throws: UnreadableFile(path: "/nowhere/scan.nii", code: ENOENT)) {
      try ContentHash(ofFile: "/nowhere/scan.nii")
    }
  }

  @Test("a hash survives JSON as its hexadecimal digits")
  func coding() throws {
    let hash = ContentHash(of: Data("abc".utf8))
    let json = try JSONEncoder().encode([hash])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(hash.hex)\"]")
    #expect(try JSONDecoder().decode([ContentHash].self, from: json) == [hash])
  }

  @Test("text that is no SHA-256 does not decode", arguments: ["", "abc", String(repeating: "g", count: 64)])
  func decodingGarbage(text: String) throws {
    let json = try JSONEncoder().encode([text])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([ContentHash].self, from: json) }
  }
}
