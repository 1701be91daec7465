import COpenSSL
import Foundation

/// The SHA-256 hash of the bytes of a file or of a buffer (FIPS 180-4).
public struct ContentHash: Hashable, Sendable {
  /// The hash as 64 lower-case hexadecimal digits.
  public let hex: String

  /// The number of bytes read at a time: large enough to hide the cost of system calls, small enough for the cache.
  private static let chunkSize = 1 << 20

  /// Computes the hash of bytes in memory.
  public init(of data: Data) {
    let digest = Digest()
    data.withUnsafeBytes { digest.update($0) }
    self.hex = digest.finish()
  }

  /// Computes the hash of bytes in memory.
  package init(of bytes: [UInt8]) {
    let digest = Digest()
    bytes.withUnsafeBytes { digest.update($0) }
    self.hex = digest.finish()
  }

  /// Computes the hash of a file. The file is read in chunks, so that a file of any size needs 1 MiB of memory.
  /// - Throws: `UnreadableFile` if the file cannot be opened or read.
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
  /// The 64 hexadecimal digits.
  public var description: String { hex }
}

/// A hash is encoded as one string of 64 hexadecimal digits. Decoding throws for any other text.
extension ContentHash: Codable {
  /// Decodes the hexadecimal digits.
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

  /// Encodes the hexadecimal digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

/// The owner of a digest context of libcrypto.
///
/// The calls fail only without memory or with a libcrypto that lacks SHA-256. No caller could recover from either, so
/// that these are preconditions and not errors.
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
    precondition(status == 1, "libcrypto cannot compute SHA-256")
  }
}

/// The identity of the program that made a result: its version and the hash of its executable, because two builds of
/// one version can differ.
public struct ProgramIdentity: Codable, Sendable, Hashable {
  /// The version of the program.
  public let version: String
  /// The hash of the executable.
  public let hash: ContentHash

  /// Makes an identity from its parts.
  public init(version: String, hash: ContentHash) {
    self.version = version
    self.hash = hash
  }

  /// Reads the identity of the executable at a path.
  /// - Throws: `UnreadableFile` if the executable cannot be read.
  public init(version: String, executable: String) throws(UnreadableFile) {
    self.init(version: version, hash: try ContentHash(ofFile: executable))
  }
}
