import Foundation

/// A file that appears whole or not at all, and stays so when the machine loses power: it is written under a temporary
/// name in its folder, forced to the disk, read back and compared, and then renamed; the folder is forced to the disk
/// last.
package enum AtomicFile {
  package enum Failure: Error, Hashable {
    case missingFolder(String)
    case unwritable(errno: Int32)
    /// The file reads back as other bytes than were written.
    case altered

    /// The words that follow "cannot be written: ".
    package var reason: String {
      switch self {
      case .missingFolder(let folder): "the folder \(folder) does not exist; create it first"
      case .unwritable(let code): String(cString: strerror(code)).lowercased()
      case .altered:
        "it reads back as other bytes than were written; check the disk or its connection and run the command again"
      }
    }
  }

  /// Writes the pieces one after the other; an existing file is replaced only by the complete new one.
  package static func write(_ pieces: [[UInt8]], to path: String) throws(Failure) {
    try write([(path, pieces)])
  }

  /// Files that belong together: all are written before the first gets its name, and they get their names in order.
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

  /// Removes the temporary files that killed processes have left in a folder. One that is being written is locked by its
  /// process, on whichever machine, and stays.
  package static func removeAbandoned(in folder: String) {
    let path = folder.isEmpty ? "." : folder
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where PartialFile.isName(name) {
      PartialFile.removeIfAbandoned((path as NSString).appendingPathComponent(name))
    }
  }
}
