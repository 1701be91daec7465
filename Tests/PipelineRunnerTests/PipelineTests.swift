import Foundation
import Numerics
import PipelineRunner
import TestSupport
import Testing

struct PipelineTests {
  static let values = [
    "a": "plain", "b": "two  words", "c": "*", "d": "", "e": "$a `x` \"q\" '\\' #~", "scan": "data/é á.nii",
    "f": "line\nbreak ", "_1": "-n",
  ]

  static func arguments(_ text: String) throws -> [[String]] {
    let variables = try PipelineVariables(environment: values)
    return try Pipeline(text, path: "p", variables: variables).stages.map(\.arguments)
  }

  // MARK: The law: what is accepted means what it means to the shell

  static let shells: [[String]] = [["/bin/sh"], ["/bin/dash"], ["/bin/bash", "--posix"]].filter {
    FileManager.default.isExecutableFile(atPath: $0[0])
  }

  /// What a real shell passes to a program called grisea, found on the PATH: the arguments of every call.
  static func shellArguments(_ text: String, shell: [String], in place: Workplace) throws -> [[String]] {
    try place.writeProgram("#!/bin/sh\nprintf '%s\\0' \"$#\" \"$@\" >> \"$RECORD\"\n", to: "bin/grisea")
    try place.write(text, to: "lines")
    if place.exists("record") { try place.remove("record") }
    let environment = values.merging([
      "PATH": place("bin") + ":/usr/bin:/bin", "RECORD": place("record"), "HOME": "/",
    ]) { $1 }
    let result = try ExternalProgram.execute(
      shell[0], shell.dropFirst() + ["-eu", place("lines")], environment: environment, in: place.path)
    #expect(result.status == 0, "\(result.output)")
    guard place.exists("record") else { return [] }
    // Split as bytes: to a String, a NUL and an accent after it are one character.
    let bytes = try Data(contentsOf: URL(filePath: place("record"))).split(
      separator: 0, omittingEmptySubsequences: false)
    var words = bytes.map { String(decoding: $0, as: UTF8.self) }[...]
    var calls: [[String]] = []
    while let count = words.popFirst().flatMap({ Int($0) }) {
      calls.append(Array(words.prefix(count)))
      words = words.dropFirst(count)
    }
    return calls
  }

  static let lines = [
    "grisea", "grisea a b  c", "  \tgrisea\ta # comment", "grisea a#b '' \"\" # ''", "grisea ''#x",
    "'grisea' a",
    "gri\\sea \\a \\\\ \\' \\\" \\# \\$ \\*", #"grisea 'a\b' 'a"b' '$a' '`' '#' '\'"#,
    ##"grisea "a'b" "\a\b\\\"\$\`" "#" "*?[~{}""##, #"grisea "${a}" x"${b}"y "${c}${d}" "${d}" '${a}'"#,
    #"grisea "${e}" "${scan}" "${f}" "${_1}""#, "grisea a \\\n  b\\\nc # d \\", "\\\ngrisea \\\n",
    "grisea \\\n# comment",
    "grisea \"a\\\nb\"", "# comment \\", "", "   ", "grisea --x=y a=b a]b a^b a%b a,b a:b @ + ! - -- ! in do",
    "grisea work/é.nii 'ü' \"Á\" \\é \u{1F9E0}",
    "grisea \\~ '~' \"~\" \\{a\\} \\[a\\] \\? \\; \\| \\& \\< \\> \\( \\)",
    "grisea e\u{301}'\u{301}' \"\u{301}\"",
  ]

  @Test("a line has the arguments that the shell gives it", arguments: shells, lines)
  func lineAsShell(shell: [String], line: String) throws {
    let text = line + "\n"
    let parsed = try Self.arguments(text)
    #expect(try parsed == Self.shellArguments(text, shell: shell, in: Workplace()))
  }

  /// Pieces from which lines are drawn; most of what they make lies inside the subset, all of it near its edge.
  static let pieces = [
    "a", "b1", " ", " ", "\t", "'", "'", "\"", "\"", "\\", "#", "${a}", "${b}", "${c}", "${d}", "\"${e}\"",
    "\"${b}\"",
    "\\\n", "\\$", "$", "=", "é", "Á", "'x y'", "\"x y\"", "*", "~", "!", "-", "\\\\", "%s", "{", "}", "]",
    "`", "\u{301}",
  ]

  @Test(
    "thousands of generated lines have the shell's arguments, or are refused", arguments: shells,
    [1, 2] as [UInt64])
  func generatedLines(shell: [String], seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var accepted = ""
    var expected: [[String]] = []
    var refused = 0
    for _ in 0..<20000 where expected.count < 2000 {
      let count = Int.random(in: 1...9, using: &generator)
      let line =
        "grisea " + (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
        + "\n\n"
      do {
        expected += try Self.arguments(line)
        accepted += line
      } catch is PipelineError {
        refused += 1
      }
    }
    // Neither a parser that refuses all nor one that refuses nothing would pass.
    #expect(expected.count == 2000 && refused > 2000)
    let found = try Self.shellArguments(accepted, shell: shell, in: Workplace())
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected)
    where found.map({ Array($0.utf8) }) != expected.map({ Array($0.utf8) }) {
      Issue.record("the shell has \(found), the parser \(expected)")
    }
  }

  @Test("a printed command line is read back by the shell as the same arguments", arguments: shells)
  func commandLine(shell: [String]) throws {
    let words = ["a", "", "two words", "it's", "$a", "*", "--x=y", "é", "\"", "\\", "~", "#", "a\u{301}'"]
    let text = Pipeline.Stage(line: 1, arguments: words).commandLine + "\n"
    #expect(try Self.shellArguments(text, shell: shell, in: Workplace()) == [words])
    #expect(try Self.arguments(text) == [words])
  }

  // MARK: What is refused

  static let refusals: [(String, Int, Int, SyntaxFault)] = [
    ("grisea a | grisea b", 1, 10, .pipe), ("grisea a || b", 1, 10, .sequence("||")),
    ("grisea a && b", 1, 10, .sequence("&&")), ("grisea a; b", 1, 9, .sequence(";")),
    ("grisea a &", 1, 10, .background),
    ("grisea a > b", 1, 10, .redirection(">")), ("grisea a 2>b", 1, 11, .redirection(">")),
    ("grisea <<E", 1, 8, .redirection("<")), ("(grisea a)", 1, 1, .subshell), ("grisea() {", 1, 7, .subshell),
    ("grisea $(ls)", 1, 8, .commandSubstitution), ("grisea \"$(ls)\"", 1, 9, .commandSubstitution),
    ("grisea `ls`", 1, 8, .commandSubstitution), ("grisea \"`ls`\"", 1, 9, .commandSubstitution),
    ("\n\ngrisea a *.nii", 3, 10, .glob("*")), ("grisea a?", 1, 9, .glob("?")),
    ("grisea [ab]", 1, 8, .glob("[")),
    ("grisea ~/x", 1, 8, .tilde), ("grisea a=~", 1, 10, .tilde), ("grisea {a,b}", 1, 8, .brace("{")),
    ("grisea $a", 1, 8, .bareDollar), ("grisea \"$a\"", 1, 9, .bareDollar),
    ("grisea \"5$\"", 1, 10, .bareDollar),
    ("grisea $'a'", 1, 8, .bareDollar), ("grisea ${a}", 1, 8, .unquotedExpansion),
    ("grisea \"${a:-b}\"", 1, 9, .parameterForm), ("grisea \"${#a}\"", 1, 9, .parameterForm),
    ("grisea \"${1}\"", 1, 9, .parameterForm), ("grisea \"${a\"", 1, 9, .parameterForm),
    ("grisea \"${nothing}\"", 1, 9, .undefinedVariable("nothing")),
    ("grisea \"${PWD}\"", 1, 9, .shellVariable("PWD")),
    ("x=1", 1, 1, .assignment("x")), ("x=1 grisea a", 1, 1, .assignment("x")),
    ("for x in a b", 1, 1, .keyword("for")),
    ("! grisea a", 1, 1, .keyword("!")), ("if grisea a", 1, 1, .keyword("if")),
    ("cat a | b", 1, 1, .otherCommand("cat")),
    ("  /bin/grisea a", 1, 3, .otherCommand("/bin/grisea")), ("\"${a}\" x", 1, 1, .expandedCommand),
    ("grisea 'a\nb'", 1, 8, .openQuote("'")), ("grisea a \"b", 1, 10, .openQuote("\"")),
    ("grisea a \\", 1, 10, .danglingBackslash), ("grisea a\r\n", 1, 9, .carriageReturn),
    ("grisea a \\\r\n b", 1, 11, .carriageReturn), ("grisea 'a\u{1}'", 1, 10, .controlCharacter(1)),
    ("# a\0", 1, 4, .controlCharacter(0)), ("grisea é\u{301} \\\n   |", 2, 4, .pipe),
  ]

  @Test("what lies outside the subset is refused with its line and column", arguments: refusals)
  func refusal(text: String, line: Int, column: Int, fault: SyntaxFault) {
    #expect(throws: PipelineError.syntax(PipelinePlace(path: "p", line: line, column: column), fault)) {
      try Self.arguments(text)
    }
  }

  @Test("an error begins with file, line and column, and is a sentence")
  func words() throws {
    let variables = try PipelineVariables(environment: [:])
    let error = #expect(throws: PipelineError.self) {
      try Pipeline("\n# x\ngrisea seg a | b", path: "Pipelines/quickstart.pipeline", variables: variables)
    }
    #expect(error?.description.hasPrefix("Pipelines/quickstart.pipeline:3:14: pipes are not part") == true)
  }

  @Test("a stage's line is that of its first word")
  func lineNumbers() throws {
    let variables = try PipelineVariables(environment: [:])
    let text = "# one\n\ngrisea a \\\n  b\n\\\ngrisea c\n"
    let pipeline = try Pipeline(text, path: "x/two.pipeline", variables: variables)
    #expect(pipeline.stages.map(\.line) == [3, 6])
    #expect(pipeline.name == "two")
  }

  @Test("a file that is not UTF-8 is an error, and so is one that is not there")
  func notText() throws {
    let place = try Workplace()
    let variables = try PipelineVariables(environment: [:])
    try Data([0x67, 0xff]).write(to: URL(filePath: place("p")))
    #expect(throws: PipelineError.notText(path: place("p"))) {
      try Pipeline(contentsOf: place("p"), variables: variables)
    }
    #expect(throws: PipelineError.unreadable(path: place("q"), code: ENOENT)) {
      try Pipeline(contentsOf: place("q"), variables: variables)
    }
  }
}
