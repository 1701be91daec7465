import Imaging

/// Maps that a command line names by their paths or by quoted patterns, which pipelines need.
struct MapPaths {
  let words, patterns: [String]

  init(_ arguments: [String]) {
    words = arguments.filter { !ImageFiles.isPattern($0) }
    patterns = arguments.filter(ImageFiles.isPattern)
  }

  /// All that are named or there.
  var files: [String] { words + patterns.flatMap(ImageFiles.matches(of:)) }

  struct NoMatch: Error, CustomStringConvertible {
    let pattern: String
    var description: String { "\(pattern): no file found" }
  }

  /// - Throws: `NoMatch` for a pattern without files.
  func found() throws(NoMatch) -> [String] {
    for pattern in patterns where ImageFiles.matches(of: pattern).isEmpty { throw NoMatch(pattern: pattern) }
    return files
  }
}
