import ArgumentParser

/// A word of the command line that no command or option has, with the most similar one that exists.
struct Misspelling: CustomStringConvertible {
  private let kind: String
  private let word: String
  private let similar: String?
  /// The command whose help lists what exists.
  private let command: String

  /// The error for the user.
  var description: String {
    "Error: Unknown \(kind) '\(word)'." + (similar.map { " Did you mean '\($0)'?" } ?? "")
      + "\n  See '\(command) --help' for more information."
  }

  /// Finds a first argument, or a first argument of `help`, that is not a command.
  static func command(in arguments: [String]) -> Misspelling? {
    let word = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let word, !word.hasPrefix("-"), word != "help", Grisea.command(named: word) == nil else {
      return nil
    }
    let known = Grisea.commands.map { $0._commandName }
    return Misspelling(kind: "command", word: word, similar: closest(to: word, in: known), command: "grisea")
  }

  /// Finds the first option that the command does not have.
  static func option(in arguments: [String]) -> Misspelling? {
    guard let name = arguments.first, let command = Grisea.command(named: name) else { return nil }
    let known = options(of: command)
    for argument in arguments.dropFirst().prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let word = String(argument.prefix { $0 != "=" })
      guard !known.contains(word) else { continue }
      return Misspelling(
        kind: "option", word: word, similar: closest(to: word, in: known), command: "grisea \(name)")
    }
    return nil
  }

  /// Returns the long options of a command, from the labels of its help: `  -o, --output <output>  Write …`.
  private static func options(of command: any ParsableCommand.Type) -> [String] {
    let help = Grisea.helpMessage(for: command, includeHidden: true, columns: 120)
    return help.split(separator: "\n").filter { $0.hasPrefix("  -") }.flatMap { line in
      let label = line.dropFirst(2).prefix(upTo: line.firstRange(of: /\S {2,}/)?.upperBound ?? line.endIndex)
      return label.matches(of: /--[a-z0-9][a-z0-9_-]*/).map { String($0.output) }
    }
  }

  /// Returns the known word that begins with a word, or differs from it by a third of its letters at most.
  private static func closest(to word: String, in known: [String]) -> String? {
    if let longer = known.first(where: { $0.hasPrefix(word) }) { return longer }
    let nearest = known.map { (word: $0, distance: distance($0, word)) }.min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= max(1, word.count / 3) else { return nil }
    return nearest.word
  }

  /// Returns the number of insertions, deletions and replacements that make one word of the other (Levenshtein 1966).
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (number, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = number + 1
      for (place, other) in second.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[place + 1]
        row[place + 1] = min(replaced, row[place] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}

extension Grisea {
  /// All commands.
  static var commands: [any ParsableCommand.Type] { configuration.groupedSubcommands.flatMap(\.subcommands) }

  /// Returns the command of a name.
  static func command(named name: String) -> (any ParsableCommand.Type)? {
    commands.first { $0._commandName == name }
  }
}
