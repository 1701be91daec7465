import Imaging

/// Maps on a command line: paths, or quoted patterns, which pipelines need.
struct MapPaths {
  let words, patterns: [String]

  init(_ arguments: [String]) {
    words = arguments.filter { !ImageFiles.isPattern($0) }
    patterns = arguments.filter(ImageFiles.isPattern)
  }

  /// The named files, and those that the patterns match now.
  var files: [String] { words + patterns.flatMap(ImageFiles.matches(of:)) }

  /// A pattern that matches no file.
  struct NoMatch: Error, CustomStringConvertible {
    let pattern: String
    var description: String { "\(pattern): no file found" }
  }

  /// Returns all files.
  /// - Throws: `NoMatch`.
  func found() throws(NoMatch) -> [String] {
    for pattern in patterns where ImageFiles.matches(of: pattern).isEmpty { throw NoMatch(pattern: pattern) }
    return files
  }
}
