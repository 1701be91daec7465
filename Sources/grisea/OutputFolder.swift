import Foundation
import Imaging
import Provenance

/// Checks and makes the folders that results go to.
enum OutputFolder {
  enum Fault: Error, CustomStringConvertible {
    case noParent(String, parent: String)
    case isFile(String)
    case notWritable(String)
    case notMade(String, String)

    var description: String {
      switch self {
      case .noParent(let path, let parent):
        "\(path): its folder \(parent) does not exist; make it first or choose another --output"
      case .isFile(let path): "\(path): found a file, needed a folder"
      case .notWritable(let path): "\(path): this folder cannot be written to"
      case .notMade(let path, let reason): "\(path): cannot be made: \(reason)"
      }
    }
  }

  /// Makes the folder where only it is missing, not its parents: a mistyped path is an error, not a new tree.
  static func make(_ folder: String) throws(Fault) {
    if let isFolder = kind(of: folder) {
      guard isFolder else { throw .isFile(folder) }
    } else {
      try check(forFile: folder)
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      } catch {
        // Parts of one batch that begin at the same time make it together.
        guard kind(of: folder) == true else { throw .notMade(folder, error.systemReason) }
      }
    }
    guard access(folder, W_OK | X_OK) == 0 else { throw .notWritable(folder) }
  }

  /// Whether a file can be made at this path.
  static func check(forFile path: String) throws(Fault) {
    let parent = path.parentFolder
    let folder = parent.isEmpty ? "." : parent
    guard let isFolder = kind(of: folder) else { throw .noParent(path, parent: folder) }
    guard isFolder else { throw .isFile(folder) }
    guard access(folder, W_OK | X_OK) == 0 else { throw .notWritable(folder) }
  }

  /// Whether there is a folder (true) or a file (false).
  private static func kind(of path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue
  }
}
