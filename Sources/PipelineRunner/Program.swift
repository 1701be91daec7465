/// The executable whose subcommands the stages are.
public struct Program: Sendable, Hashable {
  /// Its path.
  public let executable: String
  public let version: String

  public init(executable: String, version: String) {
    self.executable = executable
    self.version = version
  }
}
