import Files
import Foundation
import Imaging
import Segmentation

/// Checks and creates the folders of results.
enum OutputFolder {
  /// Why results cannot be written to a folder.
  enum Fault: Error, CustomStringConvertible {
    case noParent(String, parent: String)
    case isFile(String)
    case notWritable(String)
    case notMade(String, String)

    var description: String {
      switch self {
      case .noParent(let path, let parent):
        "\(path): its folder \(parent) does not exist; create it first or choose another --output"
      case .isFile(let path): "\(path): found a file, needed a folder"
      case .notWritable(let path): "\(path): no permission to write to this folder; choose another --output"
      case .notMade(let path, let reason): "\(path): cannot be created: \(reason)"
      }
    }
  }

  /// Creates the folder, but not its parents: a mistyped path is an error. Removes temporary files that killed processes
  /// have left in it.
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

  /// Checks that a file can be created at this path. Removes temporary files that killed processes have left beside it.
  static func check(forFile path: String) throws(Fault) {
    let parent = path.parentFolder
    let folder = parent.isEmpty ? "." : parent
    guard let isFolder = kind(of: folder) else { throw .noParent(path, parent: folder) }
    guard isFolder else { throw .isFile(folder) }
    guard access(folder, W_OK | X_OK) == 0 else { throw .notWritable(folder) }
    AtomicFile.removeAbandoned(in: folder)
  }

  /// Returns whether the path is a folder (`true`) or a file (`false`); `nil` where it does not exist.
  private static func kind(of path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue
  }
}
