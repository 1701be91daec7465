import Files
import Foundation
import Glibc

/// Lets one process at a time change the tables that several commands share in one folder.
///
/// Several commands may fill one folder, for example one for each participant. The lock is advisory (`flock`) on a file
/// in `.grisea/`, and is released when the process ends, however it ends. On a file system without locks the work goes
/// on without one; a single command for a folder needs none.
package struct FolderLock: Sendable {
  private let path: String

  /// Creates the lock of a folder's tables.
  /// - Parameters:
  ///   - folder: a folder that exists.
  ///   - shard: the shard that has tables of its own; `nil` for a whole batch.
  package init(folder: String, shard: Shard? = nil) {
    path = shard?.lock(in: folder) ?? folder.joined(".grisea/lock")
  }

  /// Returns what `body` returns, which runs while no other process holds the lock.
  package func withLock<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    let folder = path.parentFolder
    if mkdir(folder, 0o777) != 0 && errno == ENOENT {
      mkdir(folder.parentFolder, 0o777)
      mkdir(folder, 0o777)
    }
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    defer { if file >= 0 { close(file) } }
    if file >= 0 { while flock(file, LOCK_EX) != 0 && errno == EINTR {} }
    return try body()
  }
}
