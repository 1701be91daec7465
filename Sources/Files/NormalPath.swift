import Foundation

/// A path as a key: absolute, without `.`, `..` and doubled slashes, so that two spellings of one file are equal.
///
/// Symbolic links are not followed, because the files need not exist yet; `..` is taken lexically.
package struct NormalPath: Hashable, Sendable {
  package let components: [String]

  package init(_ path: String) { self.init(path, in: FileManager.default.currentDirectoryPath) }

  /// `folder` is where a relative path begins.
  package init(_ path: String, in folder: String) {
    let absolute = path.hasPrefix("/") ? path : folder + "/" + path
    var components: [String] = []
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." { _ = components.popLast() } else { components.append(String(part)) }
    }
    self.components = components
  }

  package var text: String { "/" + components.joined(separator: "/") }

  /// Whether this is the folder itself or lies under it.
  package func isWithin(_ folder: NormalPath) -> Bool { components.starts(with: folder.components) }
}
