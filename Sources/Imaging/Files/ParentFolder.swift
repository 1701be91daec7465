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
}
