import Files
import Foundation
import Imaging
import Segmentation

/// Checks and creates the folders of results.
enum OutputFolder {
  /// Why results cannot be written to a folder.
  enum Fault: Error, CustomStringConvertible {
    case isFile(String)
    case notWritable(String)
    case notMade(String, parent: String)
    case failed(String, String)

    var description: String {
      switch self {
      case .isFile(let path): "\(path): found a file, needed a folder"
      case .notWritable(let path): "\(path): no permission to write to this folder; choose another --output"
      case .notMade(let path, let parent):
        "\(path): cannot be created, because there is no permission to write to \(parent); choose another --output"
      case .failed(let path, let reason): "\(path): cannot be created: \(reason)"
      }
    }
  }

  /// Creates the folder and its missing parents. Removes temporary files that killed processes have left in it.
  static func make(_ folder: String) throws(Fault) {
    if let isFolder = kind(of: folder) {
      guard isFolder else { throw .isFile(folder) }
    } else {
      let parent = existingParent(of: folder)
      guard kind(of: parent) == true else { throw .isFile(parent) }
      guard access(parent, W_OK | X_OK) == 0 else { throw .notMade(folder, parent: parent) }
      do throws(AtomicFile.Failure) {
        try DurableFolder.make(folder)
      } catch {
        throw .failed(folder, error.reason)
      }
    }
    guard access(folder, W_OK | X_OK) == 0 else { throw .notWritable(folder) }
    let count = AtomicFile.removeAbandoned(in: folder)
    if count > 0 {
      InputWarnings.report(
        [
          "an interrupted command has left \(count) incomplete file\(count == 1 ? "" : "s") here, now removed"
        ], in: folder)
    }
  }

  /// Creates the folder of a file and its missing parents, and checks that a file can be created in it, before the work
  /// whose result it will hold.
  static func make(forFile path: String) throws(Fault) {
    let parent = path.parentFolder
    try make(parent.isEmpty ? "." : parent)
  }

  /// Returns the nearest folder above a path that exists.
  private static func existingParent(of path: String) -> String {
    let parent = path.parentFolder
    if parent.isEmpty { return "." }
    return kind(of: parent) == nil ? existingParent(of: parent) : parent
  }

  /// Returns whether the path is a folder (`true`) or a file (`false`); `nil` where it does not exist.
  private static func kind(of path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue
  }
}
