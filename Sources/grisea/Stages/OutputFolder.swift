import Files
import Foundation
import Imaging
import Segmentation

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

  /// Makes the folder where only it is missing, not its parents: a mistyped path is an error, not a new tree. Temporary
  /// files that a killed run has left in it are removed.
  static func make(_ folder: String) throws(Fault) {
    if let isFolder = kind(of: folder) {
      guard isFolder else { throw .isFile(folder) }
    } else {
      try check(forFile: folder)
      do throws(AtomicFile.Failure) {
        try DurableFolder.make(folder)
      } catch {
        throw .notMade(folder, error.reason)
      }
    }
    guard access(folder, W_OK | X_OK) == 0 else { throw .notWritable(folder) }
    AtomicFile.removeAbandoned(in: folder)
  }

  /// Whether a file can be made at this path. Temporary files that a killed run has left beside it are removed.
  static func check(forFile path: String) throws(Fault) {
    let parent = path.parentFolder
    let folder = parent.isEmpty ? "." : parent
    guard let isFolder = kind(of: folder) else { throw .noParent(path, parent: folder) }
    guard isFolder else { throw .isFile(folder) }
    guard access(folder, W_OK | X_OK) == 0 else { throw .notWritable(folder) }
    AtomicFile.removeAbandoned(in: folder)
  }

  /// Whether there is a folder (true) or a file (false).
  private static func kind(of path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue
  }
}
