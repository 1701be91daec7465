/// Reads the shell subset scalar by scalar, with the token rules of POSIX 2.2 and 2.3.
///
/// It works on Unicode scalars, not on characters: to the shell a quote followed by a combining accent is a quote.
struct PipelineParser {
  private let path: String
  private let variables: PipelineVariables
  private let text: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var column = 1
  /// Names of the variables met so far.
  private(set) var usedNames: Set<String> = []

  init(_ text: String, path: String, variables: PipelineVariables) {
    self.path = path
    self.variables = variables
    self.text = Array(text.unicodeScalars)
  }

  /// Reads all lines.
  mutating func stages() throws(PipelineError) -> [Pipeline.Stage] {
    var stages: [Pipeline.Stage] = []
    while current != nil {
      if let stage = try command() { stages.append(stage) }
      advance()  // over the newline
    }
    return stages
  }

  /// Reads the command up to the next newline that is not quoted; `nil` for an empty line or a comment.
  private mutating func command() throws(PipelineError) -> Pipeline.Stage? {
    var words: [String] = []
    var firstLine = line
    while true {
      skipBlanks()
      guard let next = current, next != "\n" else { break }
      if next == "#" {
        try skipComment()
        break
      }
      let start = place
      let isCommand = words.isEmpty
      if isCommand { firstLine = line }
      let (word, isExpanded) = try self.word()
      if isCommand, isExpanded || word != "grisea" {
        throw .syntax(start, isExpanded ? .expandedCommand : CommandFault.of(word))
      }
      words.append(word)
    }
    return words.isEmpty ? nil : Pipeline.Stage(line: firstLine, arguments: Array(words.dropFirst()))
  }

  private mutating func word() throws(PipelineError) -> (text: String, isExpanded: Bool) {
    var word = String.UnicodeScalarView()
    let namesBefore = expansions
    while let next = current, next != " ", next != "\t", next != "\n" {
      switch next {
      case "'": word.append(contentsOf: try singleQuoted())
      case "\"": word.append(contentsOf: try doubleQuoted())
      case "\\":
        if let escaped = try escaped() { word.append(escaped) }
      default:
        if let fault = unquotedFault(next) { throw .syntax(place, fault) }
        word.append(next)
        advance()
      }
    }
    return (String(word), expansions > namesBefore)
  }

  /// Reads up to the next single quote, unchanged.
  private mutating func singleQuoted() throws(PipelineError) -> [Unicode.Scalar] {
    let start = place
    var quoted: [Unicode.Scalar] = []
    advance()
    while let next = current, next != "\n" {
      if next == "'" {
        advance()
        return quoted
      }
      try refuseControl(next)
      quoted.append(next)
      advance()
    }
    throw .syntax(start, .openQuote("'"))
  }

  /// Reads up to the next double quote; a backslash escapes only `$`, `` ` ``, `"`, `\` and a newline.
  private mutating func doubleQuoted() throws(PipelineError) -> [Unicode.Scalar] {
    let start = place
    var quoted: [Unicode.Scalar] = []
    advance()
    while let next = current, next != "\n" {
      switch (next, following) {
      case ("\"", _):
        advance()
        return quoted
      case ("\\", "\n"):
        advance(2)
      case ("\\", let special?) where "$`\"\\".unicodeScalars.contains(special):
        quoted.append(special)
        advance(2)
      case ("$", _):
        quoted.append(contentsOf: try expansion().unicodeScalars)
      case ("`", _):
        throw .syntax(place, .commandSubstitution)
      default:
        try refuseControl(next)
        quoted.append(next)
        advance()
      }
    }
    throw .syntax(start, .openQuote("\""))
  }

  /// What stands behind a backslash outside quotes; nil for a line continuation.
  private mutating func escaped() throws(PipelineError) -> Unicode.Scalar? {
    guard let next = following else { throw .syntax(place, .danglingBackslash) }
    if next != "\n" { try refuseControl(next, at: 1) }
    advance(2)
    return next == "\n" ? nil : next
  }

  /// Number of expansions met so far, to tell a word that holds one.
  private var expansions = 0

  /// The value of `${name}`, inside double quotes.
  private mutating func expansion() throws(PipelineError) -> String {
    let start = place
    let name = try bracedName()
    guard !PipelineVariables.namesOfTheShell.contains(name) else {
      throw .syntax(start, .shellVariable(name))
    }
    guard let value = variables[name] else { throw .syntax(start, .undefinedVariable(name)) }
    usedNames.insert(name)
    expansions += 1
    advance(name.unicodeScalars.count + 3)
    return value
  }

  /// The name in a `${name}` that begins here; the position stays.
  private func bracedName() throws(PipelineError) -> String {
    guard following == "{" else { throw .syntax(place, dollarFault) }
    let rest = text[(index + 2)...]
    guard let end = rest.firstIndex(of: "}") else { throw .syntax(place, .parameterForm) }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: rest[..<end])
    let name = String(view)
    guard PipelineVariables.isName(name) else { throw .syntax(place, .parameterForm) }
    return name
  }

  /// Why an unquoted scalar has no place in the subset; nil where it stands for itself.
  private func unquotedFault(_ scalar: Unicode.Scalar) -> SyntaxFault? {
    switch scalar {
    case "|": following == "|" ? .sequence("||") : .pipe
    case "&": following == "&" ? .sequence("&&") : .background
    case ";": .sequence(";")
    case "<", ">": .redirection(scalar)
    case "(", ")": .subshell
    case "`": .commandSubstitution
    case "*", "?", "[": .glob(scalar)
    case "~": .tilde
    case "{", "}": .brace(scalar)
    case "$": following == "{" ? .unquotedExpansion : dollarFault
    default: controlFault(scalar)
    }
  }

  /// What a `$` without brace would have begun.
  private var dollarFault: SyntaxFault { following == "(" ? .commandSubstitution : .bareDollar }

  private func refuseControl(_ scalar: Unicode.Scalar, at offset: Int = 0) throws(PipelineError) {
    guard let fault = controlFault(scalar) else { return }
    throw .syntax(PipelinePlace(path: path, line: line, column: column + offset), fault)
  }

  /// Shells disagree about control characters (some drop a NUL, some stop at it).
  private func controlFault(_ scalar: Unicode.Scalar) -> SyntaxFault? {
    switch scalar.value {
    case 13: .carriageReturn
    case 9, 10: nil
    case 0..<32, 127: .controlCharacter(scalar.value)
    default: nil
    }
  }

  // MARK: Position

  private var current: Unicode.Scalar? { index < text.count ? text[index] : nil }
  private var following: Unicode.Scalar? { index + 1 < text.count ? text[index + 1] : nil }
  private var place: PipelinePlace { PipelinePlace(path: path, line: line, column: column) }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where index < text.count {
      let isNewline = text[index] == "\n"
      line += isNewline ? 1 : 0
      column = isNewline ? 1 : column + 1
      index += 1
    }
  }

  private mutating func skipBlanks() {
    while let next = current {
      switch (next, following) {
      case (" ", _), ("\t", _): advance()
      case ("\\", "\n"): advance(2)
      default: return
      }
    }
  }

  /// To the end of the line: a backslash continues no comment.
  private mutating func skipComment() throws(PipelineError) {
    while let next = current, next != "\n" {
      if next == "\0" { throw .syntax(place, .controlCharacter(0)) }
      advance()
    }
  }
}
