import Foundation
import Glibc

/// A file as a run found or left it.
public struct FileRecord: Codable, Hashable, Sendable {
  /// As declared.
  public let path: String
  /// Nil where the file did not exist.
  public let hash: ContentHash?
  /// What the system said about the file when it was hashed; nil where that could not be trusted.
  public let signature: FileSignature?

  public init(path: String, hash: ContentHash?, signature: FileSignature?) {
    self.path = path
    self.hash = hash
    self.signature = signature
  }

  /// Creates the record of a file whose bytes have been read.
  /// - Parameters:
  ///   - signature: what the system said about the file before it was read.
  ///   - time: when the reading began.
  package init(path: String, bytes: [UInt8], signature: FileSignature?, readAt time: Date) {
    let isSettled = signature?.isSettled(at: time) == true
    self.init(path: path, hash: ContentHash(of: bytes), signature: isSettled ? signature : nil)
  }
}

/// What changes whenever a file's content does, and costs one system call: while it stays, so does the hash.
///
/// The change time is among it because a copy that restores the modification time cannot restore that.
public struct FileSignature: Codable, Hashable, Sendable {
  public let inode: UInt64
  /// Bytes.
  public let size: Int64
  /// Nanoseconds since 1970.
  public let modified: Int64
  /// Nanoseconds since 1970, set by the system alone.
  public let changed: Int64

  /// Nil where there is no such file.
  public init?(ofFile path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = Self.nanoseconds(status.st_mtim)
    changed = Self.nanoseconds(status.st_ctim)
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Whether the file had lain still for so long that a later write shows in its times.
  ///
  /// File systems count time in steps of up to two seconds; a file hashed within the step in which it was
  /// written could be written again without a trace (the "racy" entries of version control).
  func isSettled(at time: Date) -> Bool {
    let now = Int64(time.timeIntervalSince1970 * 1e9)
    return now - max(modified, changed) > 2_000_000_000
  }
}
