import Foundation

/// A file that appears whole or not at all: written under a temporary name in its folder, then renamed.
package enum AtomicFile {
  package enum Failure: Error, Hashable {
    case missingFolder(String)
    case unwritable(errno: Int32)
  }

  /// Writes the pieces one after the other; an existing file is replaced only by the complete new one.
  package static func write(_ pieces: [[UInt8]], to path: String) throws(Failure) {
    try write([(path, pieces)])
  }

  /// Files that belong together: all are written before the first gets its name, and they get their names in order.
  package static func write(_ files: [(path: String, pieces: [[UInt8]])]) throws(Failure) {
    var renaming: [(from: String, to: String)] = []
    do throws(Failure) {
      for (path, pieces) in files {
        let temporary = try temporaryName(of: path)
        renaming.append((temporary, path))
        try writeNew(pieces, to: temporary)
      }
      for (temporary, path) in renaming {
        guard rename(temporary, path) == 0 else { throw Failure.unwritable(errno: errno) }
      }
    } catch {
      for (temporary, _) in renaming { unlink(temporary) }
      throw error
    }
  }

  private static func temporaryName(of path: String) throws(Failure) -> String {
    let folder = path.parentFolder
    let name = (path as NSString).lastPathComponent
    guard folder.isEmpty || isFolder(folder) else { throw .missingFolder(folder) }
    // Hidden, and without the suffix of an image, so that no glob takes what a killed run left for a result.
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    return (folder.isEmpty ? "" : folder + "/") + ".\(name).\(getpid())-\(random).partial"
  }

  private static func writeNew(_ pieces: [[UInt8]], to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(errno: errno) }
    var failure: Int32?
    for piece in pieces where failure == nil { failure = write(piece, to: descriptor) }
    // A full disk may be reported only here.
    if close(descriptor) != 0 && failure == nil { failure = errno }
    if let failure { throw .unwritable(errno: failure) }
  }

  /// `errno` if not all could be written.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Foundation.write(
          descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return errno }
        written += count
      }
      return nil
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }
}
