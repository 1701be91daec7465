/// A division of subjects into a training set and a validation set.
///
/// The division is by subject and not by scan. If two scans of one brain were on different sides, the validation score
/// would measure memory instead of generalization.
public struct DatasetSplit: Hashable, Codable, Sendable {
  /// The subjects of the training set, in ascending order.
  public let training: [String]
  /// The subjects of the validation set, in ascending order.
  public let validation: [String]

  /// Holds out a fraction of the subjects, rounded to a whole number of subjects.
  ///
  /// With two or more subjects, any fraction above 0 holds out at least one and leaves at least one for training.
  /// A single subject belongs to the training set.
  /// - Parameters:
  ///   - subjects: The names of the subjects. Their order and repetitions have no effect.
  ///   - validationFraction: The share of the validation set, from 0 to below 1.
  ///   - seed: The seed that ranks the subjects.
  public init(subjects: [String], validationFraction: Double, seed: UInt64) {
    precondition(
      (0..<1).contains(validationFraction), "the validation fraction must be at least 0 and below 1")
    let ranked = Self.ranked(subjects, seed: seed)
    var count = Int((validationFraction * Double(ranked.count)).rounded())
    if validationFraction > 0 { count = min(max(count, 1), ranked.count - 1) }
    validation = ranked.prefix(max(0, count)).sorted()
    training = ranked.dropFirst(max(0, count)).sorted()
  }

  /// Returns each subject once, in an order that depends on the seed.
  ///
  /// Subjects are ranked by a hash of (seed, name) instead of being shuffled, so that adding a subject to a study moves
  /// few of the others to the opposite side.
  static func ranked(_ subjects: [String], seed: UInt64) -> [String] {
    Set(subjects).sorted { (rank($0, seed), $0) < (rank($1, seed), $1) }
  }

  /// Returns the hash of a subject's name (FNV-1a of its UTF-8), mixed with the seed. Swift's `Hasher` is not used,
  /// because it gives other values in each process.
  private static func rank(_ subject: String, _ seed: UInt64) -> UInt64 {
    let hash = Fingerprint(of: subject.utf8).value
    return SplitMix64.mix(hash ^ SplitMix64.mix(seed &+ SplitMix64.increment))
  }
}

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
    precondition(
      (2...max(2, ranked.count)).contains(count), "the number of folds must be 2 to the number of subjects")
    heldOut = (0..<count).map { fold in
      stride(from: fold, to: ranked.count, by: count).map { ranked[$0] }.sorted()
    }
  }
}
