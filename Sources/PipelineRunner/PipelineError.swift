import Files
import Foundation

/// Why a pipeline cannot be read, checked or run.
public enum PipelineError: Error, Sendable, Hashable {
  /// The system refused to read a file; `code` is its error number.
  case unreadable(path: String, code: Int32)
  /// A pipeline file that is not UTF-8.
  case notText(path: String)
  /// Something outside the subset of the shell, with its place.
  case syntax(PipelinePlace, SyntaxFault)

  /// A setting with another form than `name=value`.
  case badSetting(String)
  /// A setting of a variable that the shell gives a value of its own.
  case shellSetting(String)
  /// A setting that was given twice.
  case repeatedSetting(String)
  /// A setting that the file does not use; `known` are the names that it does use.
  case unusedSetting(path: String, name: String, known: [String])

  /// A line that the parser of the command line refuses.
  case usage(path: String, line: Int, message: String)
  /// An input that does not exist and that no earlier line makes; `maker` is a later line that does.
  case missingInput(path: String, line: Int, input: String, maker: Int?)
  /// A pattern that matches no file, and no output of an earlier line.
  case unmatchedPattern(path: String, line: Int, pattern: String)
  /// A file that two lines write, or that one line writes twice.
  case writtenTwice(path: String, line: Int, output: String, earlier: Int)
  /// A file that one line writes whole and another adds to.
  case updatedOutput(path: String, line: Int, output: String, other: Int)
  /// An output that the same or an earlier line reads.
  case outputIsInput(path: String, line: Int, output: String, reader: Int)

  /// The system refused to start the program; `code` is its error number.
  case notStarted(executable: String, code: Int32)
  /// The provenance record could not be written.
  case notRecorded(path: String, reason: String)
}

extension PipelineError {
  /// Whether it is a usage error (exit code 64), in contrast to a file that cannot be used.
  public var isUsage: Bool {
    switch self {
    case .unreadable, .missingInput, .unmatchedPattern, .notStarted, .notRecorded: false
    default: true
    }
  }
}

extension PipelineError: CustomStringConvertible {
  /// The text for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let code):
      "\(path): cannot be read: \(Self.words(code))"
    case .notText(let path):
      "\(path): needed UTF-8 text, as in any pipeline file"
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
      "\(path):\(line): the input \(input) does not exist, and line \(maker), which writes it, comes later"
    case .missingInput(let path, let line, let input, nil):
      "\(path):\(line): the input \(input) does not exist, and no earlier line writes it"
    case .unmatchedPattern(let path, let line, let pattern):
      "\(path):\(line): no file matches \(pattern), and no earlier line writes one that does"
    case .writtenTwice(let path, let line, let output, let earlier):
      "\(path):\(line): writes \(output), which \(Self.line(earlier, from: line)) writes; give it another name"
    case .updatedOutput(let path, let line, let output, let other):
      "\(path):\(line): \(output) one of the lines \(other) and \(line) writes it whole, and the other adds to it"
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

extension PipelineError {
  /// Converts an error about a file that cannot be read.
  init(_ error: UnreadableFile) { self = .unreadable(path: error.path, code: error.code) }
}

extension FileHashes {
  /// Returns the records of files, with this module's error.
  mutating func found(_ paths: [String]) throws(PipelineError) -> [FileRecord] {
    do { return try records(paths) } catch { throw PipelineError(error) }
  }
}
