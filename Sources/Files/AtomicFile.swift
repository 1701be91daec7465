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
      case .unwritable(let code): String(cString: strerror(code)).lowercased()
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
  package static func removeAbandoned(in folder: String) {
    let path = folder.isEmpty ? "." : folder
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where PartialFile.isName(name) {
      PartialFile.removeIfAbandoned((path as NSString).appendingPathComponent(name))
    }
  }
}
