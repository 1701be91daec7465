import Files

/// What a stage says about itself before it runs: the files that it reads and writes.
///
/// Paths are relative to the current folder or absolute, as the stage would use them. A declaration must
/// not need its files to exist, since it is asked for before the earlier stages have made them; it is asked
/// for again right before the stage runs, when patterns can be expanded.
public struct StageDeclaration: Sendable, Hashable {
  /// Files that are read and must be there; a folder stands for all files under it.
  public var inputs: [String]
  /// Patterns (`FilePattern`) that the stage itself expands; a pattern must match something.
  public var inputPatterns: [String]
  /// Files that the stage makes, whole. No other stage may write them.
  public var outputs: [String]
  /// Files that the stage adds to, such as a table with one row per scan; several stages may.
  public var updates: [String]
  /// Files that live only while the stage runs, or that only it reads again, such as a checkpoint.
  /// They are not hashed, and no other stage may write them.
  public var temporaries: [String]
  /// Bytes that the stage holds at most, where it knows.
  public var memory: Int?

  public init(
    inputs: [String] = [], inputPatterns: [String] = [], outputs: [String] = [], updates: [String] = [],
    temporaries: [String] = [], memory: Int? = nil
  ) {
    self.inputs = inputs
    self.inputPatterns = inputPatterns
    self.outputs = outputs
    self.updates = updates
    self.temporaries = temporaries
    self.memory = memory
  }
}
