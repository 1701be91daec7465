import Foundation

/// The folder that results go to.
struct OutputFolder {
  let path: String

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
  init(_ path: String) throws(Fault) {
    self.path = path
    if let isFolder = Self.kind(of: path) {
      guard isFolder else { throw .isFile(path) }
    } else {
      try Self.check(forFile: path)
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      } catch {
        throw .notMade(path, error.localizedDescription)
      }
    }
    guard access(path, W_OK | X_OK) == 0 else { throw .notWritable(path) }
  }

  func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// Whether a file can be made at this path.
  static func check(forFile path: String) throws(Fault) {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let parent = (trimmed as NSString).deletingLastPathComponent
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
