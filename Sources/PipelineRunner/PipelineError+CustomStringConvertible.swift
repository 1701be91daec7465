import Files
import Foundation

extension PipelineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let code):
      "\(path): cannot be read: \(Self.words(code))"
    case .notText(let path):
      "\(path): is not UTF-8 text, as a pipeline file must be"
    case .syntax(let place, let fault):
      "\(place.path):\(place.line):\(place.column): \(fault)"
    case .badSetting(let text):
      "--set \(text): a setting is written name=value, its name in ASCII letters, digits and underscores"
    case .shellSetting(let name):
      "--set \(name)=…: the shell gives \(name) a value of its own; choose another name"
    case .repeatedSetting(let name):
      "--set \(name)=…: given twice; give each name once"
    case .unusedSetting(let path, let name, let known):
      "\(path): does not use ${\(name)}, which --set gives; it uses \(Self.list(known))"
    case .usage(let path, let line, let message):
      "\(path):\(line): \(message)"
    case .missingInput(let path, let line, let input, let maker?):
      "\(path):\(line): the input \(input) does not exist, and line \(maker), which makes it, comes later"
    case .missingInput(let path, let line, let input, nil):
      "\(path):\(line): the input \(input) does not exist, and no earlier line makes it"
    case .unmatchedPattern(let path, let line, let pattern):
      "\(path):\(line): no file matches \(pattern), and no earlier line makes one that does"
    case .writtenTwice(let path, let line, let output, let earlier):
      "\(path):\(line): writes \(output), which \(Self.line(earlier, from: line)) writes; give it another name"
    case .updatedOutput(let path, let line, let output, let other):
      "\(path):\(line): \(output) is written whole by one and added to by another of the lines \(other) and \(line)"
    case .outputIsInput(let path, let line, let output, let reader):
      "\(path):\(line): writes \(output), which \(Self.line(reader, from: line)) reads; write to another folder"
    case .notStarted(let executable, let code):
      "\(executable): cannot be started: \(Self.words(code))"
    case .notRecorded(let path, let reason):
      "\(path): the provenance record cannot be written: \(reason)"
    }
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

  private static func line(_ other: Int, from line: Int) -> String {
    other == line ? "the same line also" : "line \(other)"
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "no variables" : names.map { "${\($0)}" }.joined(separator: ", ")
  }
}

extension SyntaxFault: CustomStringConvertible {
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
      "parentheses have a meaning in the shell that a pipeline file has not; to mean the character, quote it"
    case .commandSubstitution:
      "the output of a command cannot be inserted; give the value with --set and write \"${name}\""
    case .glob(let sign):
      "the shell would expand \(sign) before the stage sees it; quote the pattern, and the stage expands it"
    case .tilde:
      "the shell may expand ~; write \"${HOME}\", or quote it to mean the character"
    case .brace(let sign):
      "shells differ about an unquoted \(sign); quote it to mean the character"
    case .bareDollar:
      "a variable is written \"${name}\"; to mean the character, write '$'"
    case .parameterForm:
      "between the braces of ${…} stands a name and nothing else; the shell's further forms are not supported"
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
