import Files
import Imaging

/// Maps on a command line: paths, or quoted patterns, which pipelines need.
struct MapPaths {
  let words, patterns: [String]
  /// Whether patterns leave out maps in a template's space (`space-…`): those of `normalize` lie beside the scans' own.
  private let areNative: Bool

  /// - Parameter areNative: whether patterns leave out maps in a template's space.
  init(_ arguments: [String], areNative: Bool = false) {
    self.areNative = areNative
    words = arguments.filter { !ImageFiles.isPattern($0) }
    patterns = arguments.filter(ImageFiles.isPattern)
  }

  /// The named files, and those that the patterns match now.
  var files: [String] { words + patterns.flatMap(matches(of:)) }

  private func matches(of pattern: String) -> [String] {
    ImageFiles.matches(of: pattern).filter { !areNative || !$0.lastComponent.contains("_space-") }
  }

  /// A pattern that matches no file.
  struct NoMatch: Error, CustomStringConvertible {
    let pattern: String
    var description: String { "\(pattern): no file found" }
  }

  /// Returns all files.
  /// - Throws: `NoMatch`.
  func found() throws(NoMatch) -> [String] {
    for pattern in patterns where matches(of: pattern).isEmpty { throw NoMatch(pattern: pattern) }
    return files
  }
}
