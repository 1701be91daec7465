import Foundation
import Glibc

/// The state of a file before or after a run.
public struct FileRecord: Codable, Hashable, Sendable {
  /// The path as it was declared.
  public let path: String
  /// The hash of the content, or `nil` if the file did not exist.
  public let hash: ContentHash?
  /// The signature of the file when it was hashed, or `nil` if the signature could not be trusted.
  public let signature: FileSignature?

  /// Makes a record from its parts.
  public init(path: String, hash: ContentHash?, signature: FileSignature?) {
    self.path = path
    self.hash = hash
    self.signature = signature
  }
}

/// The facts about a file that change with its content and cost one system call. While they are unchanged, the hash of
/// the content is unchanged.
///
/// The change time is included, because a copy that restores the modification time cannot restore it.
public struct FileSignature: Codable, Hashable, Sendable {
  /// The inode number.
  public let inode: UInt64
  /// The size in bytes.
  public let size: Int64
  /// The modification time in nanoseconds since 1970.
  public let modified: Int64
  /// The change time in nanoseconds since 1970, which only the system can set.
  public let changed: Int64

  /// Reads the signature of a file. Returns `nil` if the file does not exist.
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

  /// Returns whether the file was unchanged for so long that a later write changes its times.
  ///
  /// File systems count time in steps of up to two seconds. A file that is hashed within the step in which it was
  /// written could be written again without a visible change (version control systems call such entries racy).
  func isSettled(at time: Date) -> Bool {
    let now = Int64(time.timeIntervalSince1970 * 1e9)
    return now - max(modified, changed) > 2_000_000_000
  }
}
