import Foundation

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
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return [path]
    }
    // The dot is needed because the enumerator does not follow a path that is itself a symbolic link.
    let names = FileManager.default.enumerator(atPath: path + "/.")?.compactMap { $0 as? String } ?? []
    return names.map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
      .filter { !isDirectory($0) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func isDirectory(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
