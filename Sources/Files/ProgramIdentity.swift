/// Which program did the work: its version, and its bytes, which differ between builds of one version.
public struct ProgramIdentity: Codable, Sendable, Hashable {
  public let version: String
  public let hash: ContentHash

  public init(version: String, hash: ContentHash) {
    self.version = version
    self.hash = hash
  }

  /// Of the executable at this path.
  public init(version: String, executable: String) throws(UnreadableFile) {
    self.init(version: version, hash: try ContentHash(ofFile: executable))
  }
}
