/// The words of a command line, from which options can be taken out.
struct CommandWords {
  var words: [String]

  init(_ words: [String]) { self.words = words }

  /// Without these options and their values, be they written `--name value` or `--name=value`.
  /// - Parameter flags: options without a value.
  func removing(_ options: Set<String>, flags: Set<String> = []) -> CommandWords {
    var kept: [String] = []
    var isValue = false
    for word in words {
      if isValue {
        isValue = false
      } else if options.contains(word) {
        isValue = true
      } else if !flags.contains(word), !options.contains(Self.name(of: word)) {
        kept.append(word)
      }
    }
    return CommandWords(kept)
  }

  /// What an option is given.
  func values(of option: String) -> [String] {
    words.indices.compactMap { index in
      if words[index] == option { return words.indices.contains(index + 1) ? words[index + 1] : nil }
      return Self.name(of: words[index]) == option ? String(words[index].dropFirst(option.count + 1)) : nil
    }
  }

  /// Of `--name=value`, the name; else the word.
  private static func name(of word: String) -> String {
    word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : word
  }
}
