/// The identity of the program that made a result: its version and the hash of its executable, because two builds of
/// one version can differ.
public struct ProgramIdentity: Codable, Sendable, Hashable {
  /// The version of the program.
  public let version: String
  /// The hash of the executable.
  public let hash: ContentHash

  /// Makes an identity from its parts.
  public init(version: String, hash: ContentHash) {
    self.version = version
    self.hash = hash
  }

  /// Reads the identity of the executable at a path.
  /// - Throws: `UnreadableFile` if the executable cannot be read.
  public init(version: String, executable: String) throws(UnreadableFile) {
    self.init(version: version, hash: try ContentHash(ofFile: executable))
  }
}
