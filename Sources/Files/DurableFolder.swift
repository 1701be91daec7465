import Foundation

/// Functions for folders whose entries survive a loss of power: a new name is on the disk only when its folder is.
package enum DurableFolder {
  /// Returns whether the path names a folder.
  package static func exists(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// Creates a folder and its missing parents, and forces them to the disk.
  /// - Throws: `AtomicFile.Failure` if a folder cannot be created.
  package static func make(_ path: String) throws(AtomicFile.Failure) {
    guard !path.isEmpty, !exists(path) else { return }
    let parent = path.parentFolder
    try make(parent)
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && exists(path)) else {
      throw .unwritable(errno: errno)
    }
    try synchronize(parent)
  }

  /// Forces the names in a folder to the disk. An empty path is the current folder.
  static func synchronize(_ folder: String) throws(AtomicFile.Failure) {
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder without read permission can contain new files. The system writes their names to the disk later.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || isUnsupported(errno) else { throw .unwritable(errno: errno) }
  }

  /// Returns whether an error of `fsync` means that the file system does not support it. Some network file systems do
  /// not support it for folders.
  static func isUnsupported(_ code: Int32) -> Bool {
    [EINVAL, ENOSYS, ENOTSUP, EBADF].contains(code)
  }
}
