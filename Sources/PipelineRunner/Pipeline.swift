import Files
import Foundation

/// A pipeline file that has been read: its stages in order, each word as the shell would pass it on.
///
/// The file is a strict subset of the POSIX shell: comments, blank lines, and lines `grisea …` with
/// quotes, backslashes, `"${name}"` and line continuation. What is accepted means the same as to
/// `sh -eu FILE`; everything else is refused with line and column. Two rules keep that simple:
///
/// - `${name}` stands inside double quotes, where the shell neither splits its value nor looks for globs in it.
/// - Quotes end on the line (or continued line) on which they began, so that a forgotten one is found there.
public struct Pipeline: Sendable {
  /// One line of the file.
  public struct Stage: Sendable, Hashable {
    /// Line of the file on which the command's first word stands, from 1.
    public let line: Int
    /// The words after `grisea`, unquoted and expanded.
    public let arguments: [String]

    /// Creates a stage.
    public init(line: Int, arguments: [String]) {
      self.line = line
      self.arguments = arguments
    }

    /// The stage as it could be typed into a shell, on one line.
    public var commandLine: String { ShellWords.line(["grisea"] + arguments) }
  }

  /// The file's path, as typed.
  public let path: String
  /// The hash of the file's bytes.
  public let hash: ContentHash
  /// The values of `${name}`.
  public let variables: PipelineVariables
  /// Names of the variables that the file uses.
  public let usedNames: Set<String>
  /// The lines that hold a command, in order.
  public let stages: [Stage]

  /// Reads a pipeline file.
  /// - Throws: `PipelineError.unreadable`, `.notText`, `.syntax`, and `.unusedSetting` for a setting that the file does
  ///   not use, which is most often mistyped.
  public init(contentsOf path: String, variables: PipelineVariables) throws(PipelineError) {
    try self.init(Self.text(of: path), path: path, variables: variables)
  }

  /// Reads the text of a pipeline file.
  /// - Throws: `PipelineError.unreadable`, `.notText`.
  public static func text(of path: String) throws(PipelineError) -> String {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .unreadable(path: path, code: (error as NSError).posixCode)
    }
    guard let text = String(validating: data, as: UTF8.self) else { throw .notText(path: path) }
    // Editors of Windows begin a file with a byte order mark, which is no part of the first line.
    return text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// Returns the names of the variables that a pipeline's text uses, whatever their values are.
  /// - Throws: `PipelineError.syntax`.
  public static func namesUsed(in text: String, path: String) throws(PipelineError) -> Set<String> {
    try Pipeline(text, path: path, variables: .anything).usedNames
  }

  /// Reads the text of a pipeline file; `path` serves the error messages.
  public init(_ text: String, path: String, variables: PipelineVariables) throws(PipelineError) {
    var parser = PipelineParser(text, path: path, variables: variables)
    self.stages = try parser.stages()
    self.path = path
    self.hash = ContentHash(of: Data(text.utf8))
    self.variables = variables
    self.usedNames = parser.usedNames
    for name in variables.settings.keys.sorted() where !parser.usedNames.contains(name) {
      throw .unusedSetting(path: path, name: name, known: parser.usedNames.sorted())
    }
  }

  /// The file's name without folders and without `.pipeline`.
  public var name: String { Self.name(of: path) }

  /// Returns the name of a pipeline with this path.
  public static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".pipeline") ? String(file.dropLast(".pipeline".count)) : file
  }
}

extension NSError {
  /// The system's error number behind an error of Foundation, or EIO without one.
  var posixCode: Int32 {
    if domain == NSPOSIXErrorDomain { return Int32(code) }
    if let cause = userInfo[NSUnderlyingErrorKey] as? NSError { return cause.posixCode }
    return code == NSFileReadNoSuchFileError ? ENOENT : EIO
  }
}
