/// Why a pipeline cannot be read, checked or run.
public enum PipelineError: Error, Sendable, Hashable {
  /// The system refused to read a file; `code` is its error number.
  case unreadable(path: String, code: Int32)
  /// A pipeline file that is not UTF-8.
  case notText(path: String)
  case syntax(PipelinePlace, SyntaxFault)

  /// A setting that has not the form `name=value`.
  case badSetting(String)
  /// A setting of a variable that the shell gives a value of its own.
  case shellSetting(String)
  case repeatedSetting(String)
  /// A setting that the file does not use; `known` are the names that it does use.
  case unusedSetting(path: String, name: String, known: [String])

  /// A line that the command line's own parser refuses.
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
  /// Whether the user wrote something wrong (a usage error, exit code 64), in contrast to a file that fails.
  public var isUsage: Bool {
    switch self {
    case .unreadable, .missingInput, .unmatchedPattern, .notStarted, .notRecorded: false
    default: true
    }
  }
}
