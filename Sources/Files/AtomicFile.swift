import Foundation

/// Writes files that appear completely or not at all, and that survive a loss of power.
///
/// A file is written under a temporary name in its folder, forced to the disk, read back and compared, and then
/// renamed. Finally the folder is forced to the disk.
package enum AtomicFile {
  /// A reason why a file could not be written.
  package enum Failure: Error, Hashable {
    /// The folder of the file does not exist.
    case missingFolder(String)
    /// A system call failed with this error number.
    case unwritable(errno: Int32)
    /// The bytes read back differ from the bytes written.
    case altered

    /// The text that follows "cannot be written: " in error messages.
    package var reason: String {
      switch self {
      case .missingFolder(let folder): "the folder \(folder) does not exist; create it first"
      case .unwritable(let code): code.systemMessage
      case .altered:
        "the bytes read back differ from those written; check the disk or its connection and run the command again"
      }
    }
  }

  /// Writes a file from consecutive pieces. An existing file is replaced only by the complete new one.
  /// - Throws: `Failure` if the file cannot be written; an existing file is then unchanged.
  package static func write(_ pieces: [[UInt8]], to path: String) throws(Failure) {
    try write([(path, pieces)])
  }

  /// Writes several files that belong together.
  ///
  /// All files are written and verified before the first is renamed. They are renamed in the given order.
  /// - Throws: `Failure` if a file cannot be written.
  package static func write(_ files: [(path: String, pieces: [[UInt8]])]) throws(Failure) {
    var written: [PartialFile] = []
    for (path, pieces) in files {
      let folder = path.parentFolder
      guard folder.isEmpty || DurableFolder.exists(folder) else { throw .missingFolder(folder) }
      let file = try PartialFile(of: path)
      written.append(file)
      try file.write(pieces)
    }
    for file in written { try file.place() }
    for folder in Set(files.map(\.path.parentFolder)) { try DurableFolder.synchronize(folder) }
  }

  /// Removes the temporary files that terminated processes have left in a folder.
  ///
  /// A file that is being written is locked by its process, on any machine, and is kept.
  /// - Returns: the number of files that were removed.
  @discardableResult
  package static func removeAbandoned(in folder: String) -> Int {
    let path = folder.isEmpty ? "." : folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter(PartialFile.isName).count { PartialFile.removeIfAbandoned(path.joined($0)) }
  }
}

/// An error for a file or folder that could not be written.
public struct WriteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file or folder.
  public let path: String
  /// The reason, as a phrase.
  public let reason: String

  /// A sentence for the user: the path and the reason.
  public var description: String { "\(path): cannot be written: \(reason)" }
}

/// Functions for small files: texts, tables and JSON.
extension AtomicFile {
  /// Writes bytes to a file atomically.
  /// - Throws: `WriteError` if the file cannot be written.
  package static func write(_ data: Data, to path: String) throws(WriteError) {
    do throws(Failure) { try write([[UInt8](data)], to: path) } catch {
      throw WriteError(path: path, reason: error.reason)
    }
  }

  /// Writes text to a file atomically, in UTF-8.
  /// - Throws: `WriteError` if the file cannot be written.
  package static func write(_ text: String, to path: String) throws(WriteError) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes the text unless the file already contains it, so that an unchanged file keeps its modification time.
  package static func update(_ text: String, to path: String) throws(WriteError) {
    let bytes = Data(text.utf8)
    if FileManager.default.contents(atPath: path) != bytes { try write(bytes, to: path) }
  }

  /// Creates a folder and its missing parents.
  /// - Throws: `WriteError` if a folder cannot be created.
  package static func makeFolder(_ path: String) throws(WriteError) {
    do throws(Failure) { try DurableFolder.make(path) } catch {
      throw WriteError(path: path, reason: error.reason)
    }
  }
}

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
