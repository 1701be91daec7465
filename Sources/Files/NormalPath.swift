import Foundation

/// A path in normal form: absolute, without `.`, `..` and repeated slashes. Two spellings of one path are equal.
///
/// Names are compared by their bytes, as Linux does. `String` compares by canonical equivalence, so that two files whose
/// names differ only in their Unicode normalization would be one.
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
  package func isWithin(_ folder: NormalPath) -> Bool {
    components.starts(with: folder.components) { $0.hasSameBytes(as: $1) }
  }

  package static func == (a: NormalPath, b: NormalPath) -> Bool {
    a.components.elementsEqual(b.components) { $0.hasSameBytes(as: $1) }
  }

  package func hash(into hasher: inout Hasher) {
    for var name in components {
      name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(UInt8(ascii: "/"))
    }
  }
}

extension String {
  /// Returns whether two texts have the same bytes. `==` would compare them by canonical equivalence.
  package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Returns the path with another ending: `a.tsv/b.json` for `a.tsv/b.tsv`. A path without the ending is unchanged.
  package func replacingEnding(_ ending: String, with other: String) -> String {
    hasSuffix(ending) ? String(dropLast(ending.count)) + other : self
  }

  /// The folder of a path, in the given spelling: `a/b` for `a/b/c` and for `a/b/c/`, `/` for `/a`, and the empty
  /// string for a name without a folder.
  ///
  /// Foundation's `deletingLastPathComponent` is not used: on Linux it traps if the name has one character (Swift 6.3).
  package var parentFolder: String {
    var path = self[...]
    while path.count > 1 && path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "" }
    path = path[..<slash]
    while path.last == "/" { path.removeLast() }
    return path.isEmpty ? "/" : String(path)
  }

  /// The last name of a path: `c` for `a/b/c` and for `a/b/c/`, and `/` for the root.
  ///
  /// Foundation's `lastPathComponent` is not used: on Linux it traps on some names with many slashes (Swift 6.3).
  package var lastComponent: String {
    // Bytes are compared, because the system accepts a slash followed by a combining mark as a slash.
    var bytes = Array(utf8)[...]
    let slash = UInt8(ascii: "/")
    while bytes.count > 1 && bytes.last == slash { bytes.removeLast() }
    guard bytes != [slash], let last = bytes.lastIndex(of: slash) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes[(last + 1)...], as: UTF8.self)
  }

  /// Returns the path of a name in the folder `self`.
  package func joined(_ name: String) -> String { (self as NSString).appendingPathComponent(name) }
}
