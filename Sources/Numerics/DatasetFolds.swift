/// A division of subjects into cross-validation folds. Each subject is held out in exactly one fold.
///
/// The division is by subject and not by scan, for the reason given at `DatasetSplit`, and ranks the subjects by the
/// seed in the same way.
public struct DatasetFolds: Hashable, Sendable {
  /// The subjects that each fold holds out, in ascending order. The sizes of two folds differ by at most one.
  public let heldOut: [[String]]

  /// Divides subjects into `count` folds.
  /// - Parameters:
  ///   - subjects: The names of the subjects. Their order and repetitions have no effect.
  ///   - count: The number of folds, from 2 to the number of distinct subjects.
  ///   - seed: The seed that ranks the subjects.
  public init(subjects: [String], count: Int, seed: UInt64) {
    let ranked = DatasetSplit.ranked(subjects, seed: seed)
    precondition((2...max(2, ranked.count)).contains(count), "the number of folds must be 2 to the number of subjects")
    heldOut = (0..<count).map { fold in
      stride(from: fold, to: ranked.count, by: count).map { ranked[$0] }.sorted()
    }
  }
}
