import Foundation

/// A file under a temporary name, which is locked by the writing process until it receives its final name.
///
/// The lock (flock) ends with the process, even if the process is killed. A later run can therefore recognize abandoned
/// files.
final class PartialFile {
  private let path: String
  private let target: String
  private let descriptor: Int32
  private var isPlaced = false

  /// Creates an empty temporary file in the folder of `target`.
  init(of target: String) throws(AtomicFile.Failure) {
    self.target = target
    while true {
      let path = Self.name(of: target)
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw .unwritable(errno: errno) }
      // On a file system without locks no other run can obtain this lock, and therefore none removes the file.
      while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
      var facts = stat()
      if fstat(descriptor, &facts) == 0 && facts.st_nlink > 0 {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      // Another run removed the file as abandoned before it was locked.
      close(descriptor)
    }
  }

  deinit {
    if !isPlaced { unlink(path) }
    close(descriptor)
  }

  /// Writes the pieces in order, forces them to the disk, and compares them with the bytes on the disk.
  func write(_ pieces: [[UInt8]]) throws(AtomicFile.Failure) {
    for piece in pieces { try append(piece) }
    guard fsync(descriptor) == 0 || DurableFolder.isUnsupported(errno) else {
      throw .unwritable(errno: errno)
    }
    // The next read shall come from the disk and not from the system's page cache.
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    try compare(with: pieces)
  }

  /// Renames the file to its final name and replaces any existing file of that name.
  func place() throws(AtomicFile.Failure) {
    guard rename(path, target) == 0 else { throw .unwritable(errno: errno) }
    isPlaced = true
  }

  private func append(_ bytes: [UInt8]) throws(AtomicFile.Failure) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .unwritable(errno: count < 0 ? errno : ENOSPC) }
      written += count
    }
  }

  /// The number of bytes compared at a time.
  private static let chunkSize = 1 << 20

  private func compare(with pieces: [[UInt8]]) throws(AtomicFile.Failure) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .unwritable(errno: errno) }
    guard Int(facts.st_size) == pieces.reduce(0, { $0 + $1.count }) else { throw .altered }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 64)
    defer { chunk.deallocate() }
    var position = 0
    for piece in pieces {
      for start in stride(from: 0, to: piece.count, by: chunk.count) {
        let range = start..<min(start + chunk.count, piece.count)
        try read(range.count, at: position + start, into: chunk)
        let isSame = piece.withUnsafeBytes { bytes in
          UnsafeRawBufferPointer(rebasing: bytes[range])
            .holdsSameBytes(as: UnsafeRawBufferPointer(rebasing: chunk[..<range.count]))
        }
        guard isSame else { throw .altered }
      }
      position += piece.count
    }
  }

  private func read(
    _ count: Int, at position: Int, into chunk: UnsafeMutableRawBufferPointer
  ) throws(AtomicFile.Failure) {
    var filled = 0
    while filled < count {
      let more = pread(
        descriptor, chunk.baseAddress.map { $0 + filled }, count - filled, off_t(position + filled))
      if more < 0 && errno == EINTR { continue }
      guard more >= 0 else { throw .unwritable(errno: errno) }
      guard more > 0 else { throw .altered }
      filled += more
    }
  }
}

extension PartialFile {
  private static let ending = ".partial"

  /// Returns a temporary name. The name is hidden and has no image suffix, so that no pattern for results matches it.
  private static func name(of target: String) -> String {
    let folder = target.parentFolder
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    let name = ".\(target.lastComponent).\(getpid())-\(random)\(ending)"
    return folder.isEmpty ? name : folder + "/" + name
  }

  /// Returns whether a name has the form made by `name(of:)`: a dot, the name of the file, the process number, a random
  /// number and the ending.
  static func isName(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
    let marks = name.dropLast(ending.count).split(separator: ".").last?.split(separator: "-") ?? []
    return marks.count == 2 && Int32(marks[0]) != nil && UInt32(marks[1], radix: 36) != nil
  }

  /// Removes the file if no process holds its lock. Returns whether it was removed.
  static func removeIfAbandoned(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
  }
}

extension UnsafeRawBufferPointer {
  /// Returns whether two buffers contain the same bytes.
  package func holdsSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let own = baseAddress, let others = other.baseAddress else { return true }
    return memcmp(own, others, count) == 0
  }
}
