import Files

/// The files that a stage reads and writes, declared before it runs.
///
/// Paths are relative to the current folder or absolute, as the stage would use them. A declaration must not need its
/// files to exist, because it is made before the earlier stages have written them. It is made again right before the stage
/// runs, when patterns can be expanded.
public struct StageDeclaration: Sendable, Hashable {
  /// Files that are read and must exist; a folder stands for all files in it.
  public var inputs: [String]
  /// Patterns (`FilePattern`) that the stage itself expands; a pattern must match something.
  public var inputPatterns: [String]
  /// Files beside the inputs that are read if they exist, such as the other half of a pair. They need not exist.
  public var companions: [String]
  /// Files that the stage writes whole. No other stage may write them.
  public var outputs: [String]
  /// Files that the stage adds to, such as a table with one row per scan; several stages may.
  public var updates: [String]
  /// Files that exist only while the stage runs, or that only it reads again, such as a checkpoint.
  /// They are not hashed, and no other stage may write them.
  public var temporaries: [String]
  /// Bytes that the stage holds at most; `nil` where that is not known.
  public var memory: Int?

  /// Creates a declaration.
  public init(
    inputs: [String] = [], inputPatterns: [String] = [], companions: [String] = [], outputs: [String] = [],
    updates: [String] = [], temporaries: [String] = [], memory: Int? = nil
  ) {
    self.inputs = inputs
    self.inputPatterns = inputPatterns
    self.companions = companions
    self.outputs = outputs
    self.updates = updates
    self.temporaries = temporaries
    self.memory = memory
  }
}
