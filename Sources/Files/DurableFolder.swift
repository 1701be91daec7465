import Foundation

/// Folders whose entries survive a loss of power: a new name in a folder is on the disk only when the folder is.
package enum DurableFolder {
  /// Whether there is a folder of this name.
  package static func exists(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the folder and those above it, as far as they are missing.
  package static func make(_ path: String) throws(AtomicFile.Failure) {
    guard !path.isEmpty, !exists(path) else { return }
    let parent = path.parentFolder
    try make(parent)
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && exists(path)) else {
      throw .unwritable(errno: errno)
    }
    try synchronize(parent)
  }

  /// Forces the names in a folder to the disk; the current folder has no name here.
  static func synchronize(_ folder: String) throws(AtomicFile.Failure) {
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // Files can be made in a folder that must not be read; its names reach the disk when the system writes them.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || knowsNoSynchronization(errno) else { throw .unwritable(errno: errno) }
  }

  /// Whether an error of `fsync` says that the file system has no such thing, as some network file systems have none
  /// for folders.
  static func knowsNoSynchronization(_ code: Int32) -> Bool {
    [EINVAL, ENOSYS, ENOTSUP, EBADF].contains(code)
  }
}
