import Foundation
import Glibc
import Synchronization

/// A pattern of file names as POSIX 2.14 defines it: `*`, `?` and `[…]`, none of which matches a `/` or a
/// leading dot. A path without these matches itself.
public struct FilePattern: Sendable, Hashable {
  public let text: String

  public init(_ text: String) { self.text = text }

  /// The files and folders that match now, in the order of their bytes.
  public func paths() -> [String] { search().paths }

  /// The same, with the folders on the way that cannot be read, in which others may lie.
  public func search() -> (paths: [String], unreadable: [UnreadableFile]) {
    // `glob` tells its troubles to a function without context; hence one search at a time.
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

  /// Remembers a folder that did not open; what is missing or no folder is no trouble, for a pattern asks for both.
  private static func note(_ path: UnsafePointer<CChar>?, _ code: Int32) -> Int32 {
    if let path, code != ENOENT, code != ENOTDIR {
      unreadable.withLock { $0.append(UnreadableFile(path: String(cString: path), code: code)) }
    }
    return 0
  }

  /// Whether a path, which need not exist, matches.
  ///
  /// Both are brought into normal form, so that `./a/*.nii` matches `a/b.nii`.
  public func matches(_ path: String) -> Bool {
    let pattern = NormalPath(text, in: Self.escaped(FileManager.default.currentDirectoryPath))
    return fnmatch(pattern.text, NormalPath(path).text, FNM_PATHNAME | FNM_PERIOD) == 0
  }

  /// The pattern that matches a path as it is spelled.
  private static func escaped(_ path: String) -> String {
    String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
  }
}
