import Foundation

/// The values of `${name}` in a pipeline file: those of `--set`, else those of the environment, as in
/// `name=value sh -eu FILE`.
public struct PipelineVariables: Sendable {
  /// The values of `--set`, by name.
  public let settings: [String: String]
  /// The environment of the process, by name.
  public let environment: [String: String]
  private var substitute: String?

  /// Reads settings of the form `name=value`; the value may be empty and may hold further `=`.
  /// - Throws: `PipelineError.badSetting` for another form, `.shellSetting` for a name to which the shell itself gives a
  ///   value, `.repeatedSetting` for a name that was given twice.
  public init(
    settings: [String] = [], environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(PipelineError) {
    var values: [String: String] = [:]
    for text in settings {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, Self.isName(parts[0]) else { throw .badSetting(text) }
      guard !Self.namesOfTheShell.contains(parts[0]) else { throw .shellSetting(parts[0]) }
      guard values.updateValue(parts[1], forKey: parts[0]) == nil else { throw .repeatedSetting(parts[0]) }
    }
    self.settings = values
    self.environment = environment
  }

  /// Gives every name the same value, to find the names that a pipeline uses.
  private init(anyValue: String) {
    settings = [:]
    environment = [:]
    substitute = anyValue
  }

  static let anything = PipelineVariables(anyValue: "x")

  /// The value of `${name}` in the shell; `nil` where `sh -u` would stop.
  public subscript(name: String) -> String? {
    settings[name] ?? environment[name] ?? substitute
  }

  /// The environment of the stages, as the shell would pass it on, with the settings.
  var exported: [String: String] { environment.merging(settings) { _, setting in setting } }

  /// Returns whether a text is a name of POSIX: a letter or underscore, then letters, digits and underscores, all ASCII.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 95, 97...122: true
      default: false
      }
    }
  }

  /// Names to which the shell itself gives values (POSIX 2.5.3, and what bash adds when it is called as `sh`).
  ///
  /// Their values inside `sh FILE` differ from those of the environment, or from shell to shell, so they are refused. `PATH` is here because `--set PATH=…` would decide
  /// which `grisea` the shell finds.
  static let namesOfTheShell: Set<String> = [
    "_", "IFS", "LINENO", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "PATH", "PPID", "PS1", "PS2", "PS3", "PS4",
    "PWD", "BASH", "BASHOPTS", "BASHPID", "BASH_ARGC", "BASH_ARGV", "BASH_ARGV0", "BASH_COMMAND",
    "BASH_EXECUTION_STRING", "BASH_LINENO", "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION",
    "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HISTCMD",
    "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "PIPESTATUS", "POSIXLY_CORRECT", "RANDOM", "SECONDS",
    "SHELL", "SHELLOPTS", "SHLVL", "SRANDOM", "TERM", "UID",
  ]
}
