import Foundation

/// Writes a file that appears whole or not at all: under another name in the same folder, then renamed.
enum WholeFile {
  static func write(_ path: String, _ contents: () throws -> Data) throws(EvaluationError) {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
      throw .noFolder(path: path, folder: folder)
    }
    do {
      try contents().write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .notWritten(path: path, reason: error.localizedDescription)
    }
  }
}
