/// The rule for a column in which most values are numbers and some are words, such as `89+` among ages: it is neither a
/// measure nor a group, and reading it as a group would give each number its own regressor.
enum MixedColumn {
  /// Returns the words in a column that is mostly of numbers, each once; empty for a column of numbers or of words.
  static func words(in cells: [String]) -> [String] {
    let values = Set(cells)
    let words = values.filter { Double($0)?.isFinite != true }
    return 2 * words.count < values.count ? words.sorted() : []
  }

  /// What to do about it.
  static func sentence(name: String, words: [String]) -> String {
    "`\(name)` has numbers, and \(words.prefix(5).map { "`\($0)`" }.joined(separator: ", ")); write a number instead, "
      + "or n/a for a value that is not known"
  }
}
