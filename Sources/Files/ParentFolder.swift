import Foundation

extension String {
  /// The folder that a path lies in, as typed: `a/b` for `a/b/c` and for `a/b/c/`, `/` for `/a`, and nothing for
  /// a name without a folder.
  ///
  /// Foundation's `deletingLastPathComponent` is not used: on Linux it traps where the name has one character
  /// (Swift 6.3), and `--output p` must not end the program.
  package var parentFolder: String {
    var path = self[...]
    while path.count > 1 && path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "" }
    path = path[..<slash]
    while path.last == "/" { path.removeLast() }
    return path.isEmpty ? "/" : String(path)
  }

  /// The last name of a path, as typed: `c` for `a/b/c` and for `a/b/c/`, and `/` for the root.
  ///
  /// Foundation's `lastPathComponent` is not used: on Linux it traps on some names of many slashes (Swift 6.3).
  package var lastComponent: String {
    // Bytes: a slash followed by a combining mark is a slash to the system.
    var bytes = Array(utf8)[...]
    let slash = UInt8(ascii: "/")
    while bytes.count > 1 && bytes.last == slash { bytes.removeLast() }
    guard bytes != [slash], let last = bytes.lastIndex(of: slash) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes[(last + 1)...], as: UTF8.self)
  }

  /// The path of a name in this folder.
  package func joined(_ name: String) -> String { (self as NSString).appendingPathComponent(name) }
}
