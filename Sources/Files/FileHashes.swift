import Foundation

/// Hashes of files, computed once for as long as a file's signature stays.
package struct FileHashes {
  private var known: [NormalPath: (signature: FileSignature, hash: ContentHash)] = [:]

  /// Starts from what an earlier run recorded.
  package init(remembering records: [FileRecord] = []) {
    for record in records {
      guard let signature = record.signature, let hash = record.hash else { continue }
      known[NormalPath(record.path)] = (signature, hash)
    }
  }

  /// The file as it is now; a folder must be expanded before (`files(under:)`).
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

  package mutating func records(_ paths: [String]) throws(UnreadableFile) -> [FileRecord] {
    var records: [FileRecord] = []
    for path in paths { records.append(try record(path)) }
    return records
  }

  /// The path itself, or all files under it where it is a folder, in the order of their bytes.
  package static func files(under path: String) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return [path]
    }
    // The dot: a folder may itself be a symbolic link, which is not followed otherwise.
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
