/// A position in a pipeline file.
public struct PipelinePlace: Sendable, Hashable {
  /// The path of the file, as typed.
  public let path: String
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int

  /// Creates a position.
  public init(path: String, line: Int, column: Int) {
    self.path = path
    self.line = line
    self.column = column
  }
}

/// Something in a pipeline file that is outside its subset of the shell.
public enum SyntaxFault: Sendable, Hashable {
  /// `|`.
  case pipe
  /// `&`.
  case background
  /// `;`, `&&` or `||`.
  case sequence(String)
  /// `<` or `>`.
  case redirection(Unicode.Scalar)
  /// Parentheses.
  case subshell
  /// `$(…)` or backticks.
  case commandSubstitution
  /// `*`, `?` or `[` outside quotes.
  case glob(Unicode.Scalar)
  /// `~` outside quotes.
  case tilde
  /// `{` or `}` outside quotes.
  case brace(Unicode.Scalar)
  /// A `$` without `{name}` behind it.
  case bareDollar
  /// `${…}` with anything but a name between the braces.
  case parameterForm
  /// `${name}` outside double quotes.
  case unquotedExpansion
  /// A variable without a value.
  case undefinedVariable(String)
  /// A variable that the shell gives a value of its own.
  case shellVariable(String)
  /// `name=value` in the place of a command.
  case assignment(String)
  /// A word that opens a loop, a condition, a function or a group.
  case keyword(String)
  /// Another command than `grisea`.
  case otherCommand(String)
  /// A command's name that holds `${name}`.
  case expandedCommand
  /// A quote that its line does not close.
  case openQuote(Unicode.Scalar)
  /// A backslash with nothing behind it.
  case danglingBackslash
  /// A line end of Windows.
  case carriageReturn
  /// A control character, with its code.
  case controlCharacter(UInt32)
}

/// Classifies a word in the place of `grisea`.
enum CommandFault {
  private static let keywords: Set<String> = [
    "!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "then", "until",
    "while",
  ]

  /// Returns what is wrong with the word.
  static func of(_ word: String) -> SyntaxFault {
    if keywords.contains(word) { return .keyword(word) }
    if let equals = word.firstIndex(of: "="), PipelineVariables.isName(String(word[..<equals])) {
      return .assignment(String(word[..<equals]))
    }
    return .otherCommand(word)
  }
}

extension SyntaxFault: CustomStringConvertible {
  /// The text for the user.
  public var description: String {
    switch self {
    case .pipe:
      "pipes are not part of a pipeline file; let one stage write a file and the next one read it"
    case .background:
      "stages do not run in the background (&); each line is one stage, run in order"
    case .sequence(let sign):
      "commands are not joined with \(sign); write each stage on a line of its own"
    case .redirection(let sign):
      "redirections (\(sign)) are not part of a pipeline file; name the file with the stage's --output"
    case .subshell:
      "subshells are not part of a pipeline file; to write a parenthesis, quote it"
    case .commandSubstitution:
      "the output of a command cannot be inserted; give the value with --set and write \"${name}\""
    case .glob(let sign):
      "the shell would expand \(sign) before the stage sees it; quote the pattern, and the stage expands it"
    case .tilde:
      "the shell may expand ~; write \"${HOME}\", or quote it to write the character"
    case .brace(let sign):
      "shells differ about an unquoted \(sign); quote it to write the character"
    case .bareDollar:
      "a variable is written \"${name}\"; to write the character, quote it: '$'"
    case .parameterForm:
      "needed a name between the braces of ${…}; the shell's further forms are not supported"
    case .unquotedExpansion:
      "the shell would split the value at blanks; write it inside double quotes: \"${name}\""
    case .undefinedVariable(let name):
      "${\(name)} has no value; give it with --set \(name)=VALUE"
    case .shellVariable(let name):
      "the shell gives ${\(name)} a value of its own; choose another name"
    case .assignment(let name):
      "assignments are not part of a pipeline file; give the value with --set \(name)=VALUE"
    case .keyword(let word):
      "'\(word)': loops and conditions are not part of a pipeline file; each line is one grisea command"
    case .otherCommand(let word):
      "'\(word)' is not grisea; each line is one grisea command, all others belong in a shell script"
    case .expandedCommand:
      "a command's name cannot come from a variable; each line begins with grisea"
    case .openQuote(let quote):
      "this \(quote) is not closed on its line"
    case .danglingBackslash:
      "nothing follows this backslash; remove it, or continue the line"
    case .carriageReturn:
      "this line ends as Windows ends lines (CR LF); save the file with Unix line ends"
    case .controlCharacter(let value):
      "a control character (code \(value)) has no place in a pipeline file; remove it"
    }
  }
}
