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

  /// Creates the record of a file whose bytes have been read.
  /// - Parameters:
  ///   - signature: what the system said about the file before it was read.
  ///   - time: when the reading began.
  package init(path: String, bytes: [UInt8], signature: FileSignature?, readAt time: Date) {
    let isSettled = signature?.isSettled(at: time) == true
    self.init(path: path, hash: ContentHash(of: bytes), signature: isSettled ? signature : nil)
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

/// A cache of the hashes of files, valid while the signature of a file is unchanged.
package struct FileHashes {
  private var known: [NormalPath: (signature: FileSignature, hash: ContentHash)] = [:]

  /// Starts the cache from the records of an earlier run.
  package init(remembering records: [FileRecord] = []) {
    for record in records {
      guard let signature = record.signature, let hash = record.hash else { continue }
      known[NormalPath(record.path)] = (signature, hash)
    }
  }

  /// Returns the record of a file in its current state.
  /// - Parameter path: The path of a file. A folder must be expanded first, by `files(under:)`.
  /// - Throws: `UnreadableFile` if the file exists and cannot be read.
  package mutating func record(_ path: String) throws(UnreadableFile) -> FileRecord {
    guard let signature = FileSignature(ofFile: path) else {
      return FileRecord(path: path, hash: nil, signature: nil)
    }
    let key = NormalPath(path)
    if let entry = known[key], entry.signature == signature {
      return FileRecord(path: path, hash: entry.hash, signature: signature)
    }
    let time = Date()
    let hash = try ContentHash(ofFile: path)
    guard signature.isSettled(at: time) else {
      known[key] = nil
      return FileRecord(path: path, hash: hash, signature: nil)
    }
    known[key] = (signature, hash)
    return FileRecord(path: path, hash: hash, signature: signature)
  }

  /// Returns the records of several files, in the given order.
  /// - Throws: `UnreadableFile` for the first file that exists and cannot be read.
  package mutating func records(_ paths: [String]) throws(UnreadableFile) -> [FileRecord] {
    var records: [FileRecord] = []
    for path in paths { records.append(try record(path)) }
    return records
  }

  /// Returns the path itself or, if it is a folder, all files below it in ascending order of their bytes.
  package static func files(under path: String) -> [String] {
    guard DurableFolder.exists(path) else { return [path] }
    // The dot is needed because the enumerator does not follow a path that is itself a symbolic link.
    let names = FileManager.default.enumerator(atPath: path + "/.")?.compactMap { $0 as? String } ?? []
    return names.map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
      .filter { !DurableFolder.exists($0) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
