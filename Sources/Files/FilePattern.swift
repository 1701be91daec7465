import Foundation
import Glibc
import Synchronization

/// A pattern of file names as defined by POSIX 2.14: `*`, `?` and `[…]`, none of which matches a `/` or a leading dot.
/// A path without these characters matches itself. `**` stands for any number of folders.
public struct FilePattern: Sendable, Hashable {
  /// The pattern as given by the user.
  public let text: String

  /// Makes a pattern from its text.
  public init(_ text: String) { self.text = text }

  /// Returns the files and folders that match now, in ascending order of their bytes.
  public func paths() -> [String] { search().paths }

  /// Returns the files and folders that match now, and the folders that could not be searched for further matches.
  public func search() -> (paths: [String], unreadable: [UnreadableFile]) {
    guard hasAnyFolders else { return searchFolder() }
    let found = perFolder().map { $0.searchFolder() }
    // Several `**` find a file in more ways than one.
    let paths = Set(found.flatMap(\.paths)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return (paths, found.flatMap(\.unreadable))
  }

  private func searchFolder() -> (paths: [String], unreadable: [UnreadableFile]) {
    // `glob` reports its errors to a C function without context. Therefore only one search runs at a time.
    Self.turn.withLock { _ in
      Self.unreadable.withLock { $0 = [] }
      var found = glob_t()
      defer { globfree(&found) }
      let code = glob(text, GLOB_NOSORT, { FilePattern.note($0, $1) }, &found)
      var paths: [String] = []
      if code == 0, let names = found.gl_pathv {
        paths = (0..<Int(found.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }
      }
      paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      return (paths, Self.unreadable.withLock { $0 })
    }
  }

  private static let turn = Mutex(())
  private static let unreadable = Mutex<[UnreadableFile]>([])

  /// Records a folder that could not be opened. A missing path, and a path that is no folder, are no errors of a
  /// search.
  private static func note(_ path: UnsafePointer<CChar>?, _ code: Int32) -> Int32 {
    if let path, code != ENOENT, code != ENOTDIR {
      unreadable.withLock { $0.append(UnreadableFile(path: String(cString: path), code: code)) }
    }
    return 0
  }

  /// Returns whether a path matches the pattern. The path need not exist.
  ///
  /// Pattern and path are brought into normal form first, so that `./a/*.nii` matches `a/b.nii`.
  public func matches(_ path: String) -> Bool {
    let pattern = NormalPath(text, in: Self.escaped(FileManager.default.currentDirectoryPath))
    guard !hasAnyFolders else {
      return Self.matches(pattern.components[...], NormalPath(path).components[...])
    }
    return fnmatch(pattern.text, NormalPath(path).text, FNM_PATHNAME | FNM_PERIOD) == 0
  }

  /// Returns the pattern that matches exactly the given path.
  package static func escaped(_ path: String) -> String {
    String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
  }
}
