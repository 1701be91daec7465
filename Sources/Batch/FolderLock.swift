import Files
import Foundation
import Glibc

/// Lets one process at a time change the tables that all who write to a folder share.
///
/// Several commands may fill one folder, one for each participant say. The lock is advisory (flock) on a file in
/// `.grisea/`, and ends with the process, however it ends. Where a file system knows no locks the work goes on without:
/// one command for a folder needs none.
package struct FolderLock: Sendable {
  private let path: String

  /// - Parameters:
  ///   - folder: is there already.
  ///   - shard: the part of a batch that alone writes the tables; `nil` where a whole batch does.
  package init(folder: String, shard: Shard? = nil) {
    path = shard?.lock(in: folder) ?? folder.joined(".grisea/lock")
  }

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
