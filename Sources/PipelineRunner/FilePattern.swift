import Foundation
import Glibc
import Provenance

/// A pattern of file names as POSIX 2.14 defines it: `*`, `?` and `[…]`, none of which matches a `/` or a
/// leading dot. A path without these matches itself.
public struct FilePattern: Sendable, Hashable {
  public let text: String

  public init(_ text: String) { self.text = text }

  /// The files and folders that match now, in the order of their bytes.
  public func paths() -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(text, GLOB_NOSORT, nil, &found) == 0, let names = found.gl_pathv else { return [] }
    let paths = (0..<Int(found.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
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
