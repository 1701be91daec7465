import Files

/// Why a measure cannot be associated with features.
public enum AssociationError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(path: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
  /// The first column does not identify the rows.
  case noKey(path: String, found: String)
  /// A row has another number of cells than the header.
  case ragged(path: String, line: Int, found: Int, needed: Int)
  /// The table has a header only.
  case noRows(path: String)
  /// The table has no feature column.
  case noFeatures(path: String)
  /// A cell of a feature is not a number.
  case notNumbers(path: String, column: String, found: String)
  /// No table of participants has the column.
  case noColumn(String, found: [String])
  /// The table does not have the column.
  case noSuchColumn(path: String, column: String, found: [String])
  /// The column holds neither numbers nor exactly two different words.
  case noMeasure(column: String, values: [String])
  /// The column has one value only.
  case constant(column: String)
  /// Logistic regression was chosen for a numeric target.
  case notBinary(column: String)
  /// The target was declared binary but does not have two values.
  case notTwoValues(column: String, found: Int)
  /// Too few subjects, or groups of subjects, have features, target and covariates.
  case tooFew(column: String, found: Int, needed: Int)
  /// The column has numbers and a few words.
  case mixedColumn(column: String, words: [String])
  /// A covariate has nearly as many different words as there are scans.
  case tooManyWords(column: String, found: Int, scans: Int)
  /// The groups have scans of the same participants, so that too few sets of scans are independent.
  case groupsShareParticipants(column: String, groups: Int, found: Int, needed: Int)
  /// The table of a baseline has no row of a scan.
  case noBaseline(path: String, row: String)
  /// The table of a baseline has several rows that could be of a scan.
  case severalBaselines(path: String, row: String, found: Int)
  /// A class has fewer groups than the stratified folds need. `possible` is the number of folds that the groups allow.
  case tooFewOfClass(
    column: String, name: String, found: Int, needed: Int, folds: Int, innerFolds: Int?, possible: Folds?)
  /// The target has so few different permutations that no p value can be small.
  case tooFewPermutations(column: String, found: Int, needed: Int)

  /// Numbers of cross-validation folds.
  public struct Folds: Hashable, Sendable {
    /// Number of outer folds.
    public let outer: Int
    /// Number of inner folds; `nil` if there are none.
    public let inner: Int?
  }
}

extension AssociationError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read: no such file, or no permission to read it"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .noKey(let path, let found):
      "\(path): the first column is '\(found)'; needed a TSV file whose first column is participant_id"
    case .ragged(let path, let line, let found, let needed):
      "\(path): line \(line) has \(found) cells, but the header has \(needed) columns"
    case .noRows(let path): "\(path): found a header and no rows, needed at least one row"
    case .noFeatures(let path): "\(path): found no feature column, only columns that identify the rows"
    case .notNumbers(let path, let column, let found):
      "\(path): column \(column) has the value '\(found)'; needed a number in every row"
    case .noColumn(let column, let found):
      "found no column \(column) in the tables of participants; the columns are \(found.joined(separator: ", "))"
    case .noSuchColumn(let path, let column, let found):
      "\(path): found no column \(column); the columns are \(found.joined(separator: ", "))"
    case .noMeasure(let column, let values):
      "column \(column) has neither numbers nor two different words; it has \(values.joined(separator: ", "))"
    case .constant(let column): "column \(column) has the same value for all subjects"
    case .notBinary(let column):
      "column \(column) has numbers, but logistic regression needs two classes; use ridge, pls or mlp"
    case .notTwoValues(let column, let found):
      "column \(column) has \(found) different values; --kind binary needs two"
    case .tooFew(let column, let found, let needed):
      "column \(column): \(found) subjects or groups have features, target and covariates; needed at least \(needed)"
    case .mixedColumn(let column, let words): MixedColumn.sentence(name: column, words: words)
    case .tooManyWords(let column, let found, let scans):
      "`\(column)` has \(found) different words for \(scans) scans; needed at most half as many for a covariate"
    case .groupsShareParticipants(let column, let groups, let found, let needed):
      "column \(column): participants have scans in several of its \(groups) groups, so only \(found) sets of scans are "
        + "independent; needed at least \(needed); leave out --group"
    case .severalBaselines(let path, let row, let found):
      "\(path): found \(found) rows that may be of \(row); needed one row for each scan, with the columns session_id or scan"
    case .noBaseline(let path, let row): "\(path): found no row of \(row), which the table of features has"
    case .tooFewOfClass(let column, let name, let found, let needed, let folds, let innerFolds, let possible):
      "column \(column): \(found) \(found == 1 ? "participant or group is" : "participants or groups are") of class "
        + "\(name); needed at least \(needed) of each class for \(folds) folds"
        + (innerFolds.map { " with \($0) inner folds" } ?? "") + Self.advice(possible)
    case .tooFewPermutations(let column, let found, let needed):
      "column \(column): its values can be permuted in \(found) different \(found == 1 ? "way" : "ways"); needed at "
        + "least \(needed) for a permutation test. Groups of equal size are permuted as a whole, and values within groups; "
        + "choose another --group, or --permutations 0 for the measures without p values"
    }
  }

  private static func advice(_ possible: Folds?) -> String {
    guard let possible else { return ". Add participants of this class, or predict another column" }
    return "; choose --folds \(possible.outer)" + (possible.inner.map { " --inner-folds \($0)" } ?? "")
      + ", or add participants of this class"
  }
}
