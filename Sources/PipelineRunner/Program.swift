import Provenance

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

/// Which program ran a stage: its version, and its bytes, which differ between builds of one version.
public struct ProgramIdentity: Codable, Sendable, Hashable {
  public let version: String
  public let hash: ContentHash

  public init(version: String, hash: ContentHash) {
    self.version = version
    self.hash = hash
  }
}
