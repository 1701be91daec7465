import Foundation

/// A path in normal form: absolute, without `.`, `..` and repeated slashes. Two spellings of one path are equal.
///
/// Symbolic links are not followed, because the files need not exist. `..` is resolved lexically.
package struct NormalPath: Hashable, Sendable {
  /// The names of the folders and of the file, from the root.
  package let components: [String]

  /// Normalizes a path, relative to the current folder.
  package init(_ path: String) { self.init(path, in: FileManager.default.currentDirectoryPath) }

  /// Normalizes a path, relative to `folder`.
  package init(_ path: String, in folder: String) {
    let absolute = path.hasPrefix("/") ? path : folder + "/" + path
    var components: [String] = []
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." { _ = components.popLast() } else { components.append(String(part)) }
    }
    self.components = components
  }

  /// The path as text.
  package var text: String { "/" + components.joined(separator: "/") }

  /// Returns whether the path is `folder` itself or lies below it.
  package func isWithin(_ folder: NormalPath) -> Bool { components.starts(with: folder.components) }
}
