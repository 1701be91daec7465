import Files

/// Why a measure cannot be associated with features.
public enum AssociationError: Error, Hashable, Sendable {
  case unreadable(path: String)
  case unwritable(path: String, reason: String)
  /// The first column does not say whose a row is.
  case noKey(path: String, found: String)
  case ragged(path: String, line: Int, found: Int, needed: Int)
  case noRows(path: String)
  case noFeatures(path: String)
  case notNumbers(path: String, column: String, found: String)
  case noColumn(String, found: [String])
  /// A table that was to have this column.
  case noSuchColumn(path: String, column: String, found: [String])
  /// A participant in a table that has one row for each.
  case repeated(path: String, participant: String)
  /// Neither numbers nor two different words.
  case noMeasure(column: String, values: [String])
  case constant(column: String)
  /// A model for two classes, and a target that is a number.
  case notBinary(column: String)
  /// The column asked for as one of two classes has more or fewer.
  case notTwoValues(column: String, found: Int)
  /// Subjects with features, target and covariates, or groups of them.
  case tooFew(column: String, found: Int, needed: Int)
  /// A table of a baseline that lacks a scan.
  case noBaseline(path: String, row: String)
  /// A class with fewer groups than stratified folds need; `possible` is what its groups allow.
  case tooFewOfClass(
    column: String, name: String, found: Int, needed: Int, folds: Int, innerFolds: Int?, possible: Folds?)
  /// A target that can be permuted in so few ways that no p is small.
  case tooFewPermutations(column: String, found: Int, needed: Int)

  /// Numbers of folds.
  public struct Folds: Hashable, Sendable {
    public let outer: Int
    public let inner: Int?
  }
}

extension AssociationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read: no such file, or no right to read it"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .noKey(let path, let found):
      "\(path): its first column is '\(found)'; needed a TSV that begins with participant_id"
    case .ragged(let path, let line, let found, let needed):
      "\(path): line \(line) has \(found) cells, the first line names \(needed) columns"
    case .noRows(let path): "\(path): has a line of columns and no rows"
    case .noFeatures(let path): "\(path): has no column besides those that say whose a row is"
    case .notNumbers(let path, let column, let found):
      "\(path): column \(column) holds '\(found)'; needed numbers in every row of features"
    case .noColumn(let column, let found):
      "no column \(column) in the tables of participants; there are \(found.joined(separator: ", "))"
    case .noSuchColumn(let path, let column, let found):
      "\(path): has no column \(column); there are \(found.joined(separator: ", "))"
    case .repeated(let path, let participant):
      "\(path): has more than one row of \(participant); needed one row for each participant"
    case .noMeasure(let column, let values):
      "column \(column) is neither numbers nor two different words: it holds \(values.joined(separator: ", "))"
    case .constant(let column): "column \(column) has one and the same value for all subjects"
    case .notBinary(let column):
      "column \(column) holds numbers; logistic regression needs two classes: use ridge, pls or mlp"
    case .notTwoValues(let column, let found):
      "column \(column) has \(found) different values; --kind binary needs two"
    case .tooFew(let column, let found, let needed):
      "column \(column): \(found) subjects or groups have features, target and covariates; needed at least \(needed)"
    case .noBaseline(let path, let row): "\(path): has no row of \(row), which the features have"
    case .tooFewOfClass(let column, let name, let found, let needed, let folds, let innerFolds, let possible):
      "column \(column): \(found) \(found == 1 ? "participant or group is" : "participants or groups are") of class "
        + "\(name); needed at least \(needed) of each class for \(folds) folds"
        + (innerFolds.map { " with \($0) inner folds" } ?? "") + Self.advice(possible)
    case .tooFewPermutations(let column, let found, let needed):
      "column \(column): its values can be permuted in \(found) different \(found == 1 ? "way" : "ways"); needed at "
        + "least \(needed) for a permutation test. Whole groups of equal size change places, and values within groups: "
        + "choose another --group, or --permutations 0 for the measures without p"
    }
  }

  private static func advice(_ possible: Folds?) -> String {
    guard let possible else { return ". Add participants of this class, or predict another column" }
    return "; choose --folds \(possible.outer)" + (possible.inner.map { " --inner-folds \($0)" } ?? "")
      + ", or add participants of this class"
  }
}
