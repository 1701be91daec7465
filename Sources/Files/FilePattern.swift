import Foundation
import Glibc
import Synchronization

/// A pattern of file names as defined by POSIX 2.14: `*`, `?` and `[…]`, none of which matches a `/` or a leading dot.
/// A path without these characters matches itself.
///
/// In addition, `**` as a whole component matches any number of nested folders, none included, as in bash with
/// `globstar`: `data/**/T1w.nii` matches `data/T1w.nii` and `data/a/b/T1w.nii`. Hidden folders and symbolic links to
/// folders are not entered.
public struct FilePattern: Sendable, Hashable {
  /// The pattern as given by the user.
  public let text: String

  /// Makes a pattern from its text.
  public init(_ text: String) { self.text = text }

  /// Returns the files and folders that match now, in ascending order of their bytes.
  public func paths() -> [String] { search().paths }

  /// Returns the files and folders that match now, and the folders that could not be searched for further matches.
  public func search() -> (paths: [String], unreadable: [UnreadableFile]) {
    guard let (start, rest) = recursion else { return simpleSearch() }
    let beginnings: (paths: [String], unreadable: [UnreadableFile]) =
      start.isEmpty ? ([""], []) : FilePattern(start).search()
    var unreadable = beginnings.unreadable
    // Sets of strings would lose one of two names that differ only in their Unicode normalization.
    var paths: Set<[UInt8]> = []
    for root in beginnings.paths where root.isEmpty || DurableFolder.exists(root) {
      let (folders, closed) = Self.folders(below: root)
      unreadable += closed
      for folder in folders {
        let (found, closed) = FilePattern(Self.escaped(folder) + rest).search()
        paths.formUnion(found.map { Array($0.utf8) })
        unreadable += closed
      }
    }
    return (
      paths.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) },
      // A folder that cannot be read is met once on the way to it and once in it.
      Set(unreadable).sorted { $0.path < $1.path }
    )
  }

  /// The part of the pattern before its first `**`, and the part after it; `nil` for a pattern without `**`. A pattern
  /// that ends in `**` matches everything below.
  private var recursion: (start: String, rest: String)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let place = parts.firstIndex(of: "**") else { return nil }
    let rest = parts[place...].drop { $0 == "**" || $0.isEmpty }
    let start = parts[..<place].joined(separator: "/")
    return (start.isEmpty && place > 0 ? "/" : start, rest.isEmpty ? "*" : rest.joined(separator: "/"))
  }

  /// Returns a folder and all folders below it, each as the beginning of the paths in it, such as `a/b/`; and those that
  /// cannot be read.
  private static func folders(below root: String) -> (folders: [String], unreadable: [UnreadableFile]) {
    let root = root.isEmpty || root.hasSuffix("/") ? root : root + "/"
    var (folders, unreadable) = ([root], [UnreadableFile]())
    var next = 0
    while next < folders.count {
      let folder = folders[next]
      next += 1
      guard let listing = opendir(folder.isEmpty ? "." : folder) else {
        let path = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        unreadable.append(UnreadableFile(path: path.isEmpty ? "." : path, code: errno))
        continue
      }
      defer { closedir(listing) }
      while let entry = readdir(listing) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        var facts = stat()
        if !name.hasPrefix("."), lstat(folder + name, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR {
          folders.append(folder + name + "/")
        }
      }
    }
    return (folders, unreadable)
  }

  /// Searches for a pattern without `**`.
  private func simpleSearch() -> (paths: [String], unreadable: [UnreadableFile]) {
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
    return Self.matches(pattern.components[...], NormalPath(path).components[...])
  }

  /// Returns whether the names from the root to a file match the components of a pattern.
  private static func matches(_ pattern: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
    guard let first = pattern.first else { return names.isEmpty }
    guard let name = names.first else { return false }
    if first == "**" {
      let rest = pattern.drop { $0 == "**" }
      if rest.isEmpty { return names.allSatisfy { !$0.hasPrefix(".") } }
      return matches(rest, names) || (!name.hasPrefix(".") && matches(pattern, names.dropFirst()))
    }
    return fnmatch(first, name, FNM_PERIOD) == 0 && matches(pattern.dropFirst(), names.dropFirst())
  }

  /// Returns the pattern that matches exactly the given path.
  package static func escaped(_ path: String) -> String {
    String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
  }
}
