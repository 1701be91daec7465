import Imaging

/// A label map to synthesize images from, and what its labels mean.
public struct LabelMapSource: Hashable, Sendable {
  public var path: String
  public var table: LabelTable

  public init(path: String, table: LabelTable) {
    self.path = path
    self.table = table
  }

  /// Whose head it is: maps of several tables may number their subjects alike.
  public var subject: String { "\(table.name):\(ScanName(path: path).stem)" }

  /// The label maps that `TABLE:PATTERN` names; without a table's name and a colon, `table` is meant.
  /// - Throws: `LabelTableError`, `TrainingListError.nothingFound`.
  public static func matches(of word: String, table: String) throws -> [LabelMapSource] {
    let (name, pattern) = split(word, table: table)
    let table = try LabelTable(nameOrPath: name)
    let paths = ImageFiles.matches(of: pattern)
    if paths.isEmpty { throw TrainingListError.nothingFound(pattern) }
    return paths.map { LabelMapSource(path: $0, table: table) }
  }

  /// The table's name and the pattern of `TABLE:PATTERN`.
  public static func split(_ word: String, table: String) -> (table: String, pattern: String) {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : (table, word)
  }
}
