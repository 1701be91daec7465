/// A position in a pipeline file.
public struct PipelinePlace: Sendable, Hashable {
  /// The file as typed.
  public let path: String
  /// From 1.
  public let line: Int
  /// In Unicode scalars, from 1.
  public let column: Int

  public init(path: String, line: Int, column: Int) {
    self.path = path
    self.line = line
    self.column = column
  }
}

/// What in a pipeline file lies outside its subset of the shell.
public enum SyntaxFault: Sendable, Hashable {
  case pipe
  case background
  /// `;`, `&&` or `||`.
  case sequence(String)
  case redirection(Unicode.Scalar)
  case subshell
  case commandSubstitution
  case glob(Unicode.Scalar)
  case tilde
  case brace(Unicode.Scalar)
  /// A `$` that begins no `${name}`.
  case bareDollar
  /// `${…}` with anything but a name between the braces.
  case parameterForm
  /// `${name}` outside double quotes.
  case unquotedExpansion
  case undefinedVariable(String)
  /// A variable that the shell gives a value of its own.
  case shellVariable(String)
  case assignment(String)
  /// A word that opens a loop, a condition, a function or a group.
  case keyword(String)
  case otherCommand(String)
  /// A command's name that holds `${name}`.
  case expandedCommand
  /// A quote that its line does not close.
  case openQuote(Unicode.Scalar)
  /// A backslash with nothing behind it.
  case danglingBackslash
  case carriageReturn
  case controlCharacter(UInt32)
}

/// Tells apart what stands where only `grisea` may stand.
enum CommandFault {
  private static let keywords: Set<String> = [
    "!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "then", "until",
    "while",
  ]

  static func of(_ word: String) -> SyntaxFault {
    if keywords.contains(word) { return .keyword(word) }
    if let equals = word.firstIndex(of: "="), PipelineVariables.isName(String(word[..<equals])) {
      return .assignment(String(word[..<equals]))
    }
    return .otherCommand(word)
  }
}
