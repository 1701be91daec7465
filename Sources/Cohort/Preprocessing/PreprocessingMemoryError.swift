/// Why a scan is not preprocessed: bytes that it takes, and that it may.
public struct PreprocessingMemoryError: Error, Hashable, Sendable, CustomStringConvertible {
  public let needed, limit: Int

  /// Code, libraries, and the system's buffers: what the process held beyond its volumes where it was measured, rounded
  /// up.
  static let programByteCount = 60_000_000

  public var description: String {
    "needs \(needed / 1_000_000) MB of memory, --max-memory allows \(limit / 1_000_000) MB"
  }
}
