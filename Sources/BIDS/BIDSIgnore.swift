import Files
import Foundation

/// The files that a dataset excludes from the specification, by the patterns of its `.bidsignore`.
///
/// The patterns are those of `.gitignore`: one on each line; `#` begins a comment, `!` includes again what an earlier
/// line excludes, a pattern without a slash matches names at any level, and one that matches a folder excludes all below
/// it.
struct BIDSIgnore: Sendable {
  private struct Rule: Sendable {
    var pattern: FilePattern
    var includes: Bool
  }

  private let rules: [Rule]

  /// Reads the file of a dataset. A dataset without one excludes nothing.
  init(dataset: String) {
    let data = FileManager.default.contents(atPath: dataset.joined(".bidsignore")) ?? Data()
    self.init(String(decoding: data, as: UTF8.self))
  }

  /// Parses the text of the file.
  init(_ text: String) {
    rules = text.split(whereSeparator: \.isNewline).compactMap { line in
      var word = line.trimmingCharacters(in: .whitespaces)
      guard !word.isEmpty, !word.hasPrefix("#") else { return nil }
      let includes = word.hasPrefix("!")
      if includes { word.removeFirst() }
      while word.hasSuffix("/") { word.removeLast() }
      let isAnchored = word.contains("/")
      if word.hasPrefix("/") { word.removeFirst() }
      return Rule(pattern: FilePattern(isAnchored ? "/\(word)" : "/**/\(word)"), includes: includes)
    }
  }

  /// Returns whether a file is excluded.
  /// - Parameter path: relative to the dataset.
  func excludes(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    // A file lies in each of its folders.
    let places = parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
    let last = rules.last { rule in places.contains(where: rule.pattern.matches) }
    return last.map { !$0.includes } ?? false
  }
}
