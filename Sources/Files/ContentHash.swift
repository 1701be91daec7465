import COpenSSL
import Foundation

/// The SHA-256 of a file's or a buffer's bytes (FIPS 180-4): two contents with one hash are the same content.
public struct ContentHash: Hashable, Sendable {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// Bytes read at a time: large enough that the system calls cost nothing, small enough to stay in the cache.
  private static let chunkSize = 1 << 20

  /// The hash of bytes in memory.
  public init(of data: Data) {
    let digest = Digest()
    data.withUnsafeBytes { digest.update($0) }
    self.hex = digest.finish()
  }

  /// The hash of bytes in memory.
  package init(of bytes: [UInt8]) {
    let digest = Digest()
    bytes.withUnsafeBytes { digest.update($0) }
    self.hex = digest.finish()
  }

  /// The hash of a file, read in chunks, so that a file of any size needs one megabyte.
  ///
  /// Throws `UnreadableFile` where the file does not open or a read fails.
  public init(ofFile path: String) throws(UnreadableFile) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw UnreadableFile(path: path, code: errno) }
    defer { close(file) }
    let digest = Digest()
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 64)
    defer { chunk.deallocate() }
    while true {
      let count = read(file, chunk.baseAddress, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw UnreadableFile(path: path, code: errno) }
      guard count > 0 else { break }
      digest.update(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    }
    self.hex = digest.finish()
  }
}

extension ContentHash: CustomStringConvertible {
  public var description: String { hex }
}

/// As one string of 64 hexadecimal digits; anything else is a decoding error.
extension ContentHash: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let hex = try container.decode(String.self)
    guard hex.utf8.count == 64, hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a SHA-256 has 64 lower-case hexadecimal digits, not '\(hex)'")
    }
    self.hex = hex
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

/// Owner of one of libcrypto's digest contexts.
///
/// The calls fail only for want of memory or in a libcrypto built without SHA-256, neither of which
/// a caller could answer; hence preconditions and no error.
private final class Digest {
  private let context: OpaquePointer

  init() {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a SHA-256") }
    self.context = context
    check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  func finish() -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    check(EVP_DigestFinal_ex(context, &bytes, nil))
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func check(_ status: Int32) {
    precondition(status == 1, "libcrypto refused to compute a SHA-256")
  }
}
