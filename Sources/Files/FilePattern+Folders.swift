import Foundation
import Glibc

/// `**` as a whole name in a pattern stands for any number of folders, also for none, as in Git and in the shells that
/// have it. Hidden folders, and folders behind symbolic links, are left out.
extension FilePattern {
  private static let anyFolders = "**"

  /// Whether the pattern has `**` as a name.
  package var hasAnyFolders: Bool { text.split(separator: "/").contains { $0 == Self.anyFolders } }

  /// Returns the patterns without `**` that stand for this one now, one for each folder.
  package func perFolder() -> [FilePattern] {
    guard let (start, end) = split() else { return [self] }
    let roots = start.isEmpty ? ["."] : FilePattern(start).paths().filter(DurableFolder.exists)
    return roots.flatMap { root in
      Self.folders(below: root).flatMap { folder -> [FilePattern] in
        let prefix = folder == "." ? "" : Self.escaped(folder) + (folder.hasSuffix("/") ? "" : "/")
        return FilePattern(prefix + (end.isEmpty ? "*" : end)).perFolder()
      }
    }
  }

  /// What stands before and behind the first `**`.
  private func split() -> (start: String, end: String)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let place = parts.firstIndex(where: { $0 == Self.anyFolders }) else { return nil }
    // `/**` begins with an empty name: the root.
    let start = parts[..<place].joined(separator: "/")
    return (start.isEmpty && place > 0 ? "/" : start, parts[(place + 1)...].joined(separator: "/"))
  }

  /// A folder and all below it.
  private static func folders(below root: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return [root]
      + names.filter { !$0.hasPrefix(".") }.sorted().flatMap { name -> [String] in
        let path = root == "." ? name : root.joined(name)
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
        return folders(below: path)
      }
  }

  /// Whether names match a pattern's names, from the root on.
  package static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    let rest = pattern.dropFirst()
    if first == anyFolders {
      if matches(rest, path) { return true }
      guard let name = path.first, !name.hasPrefix(".") else { return false }
      return matches(pattern, path.dropFirst())
    }
    guard let name = path.first, fnmatch(first, name, FNM_PERIOD) == 0 else { return false }
    return matches(rest, path.dropFirst())
  }
}
