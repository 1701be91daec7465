/// Subjects divided for cross-validation: each is held out once, and once only.
///
/// By subject, never by scan, as in `DatasetSplit`, whose ranking of subjects by the seed this shares.
public struct DatasetFolds: Hashable, Sendable {
  /// The subjects that each fold holds out, ascending. Sizes differ by one at the most.
  public let heldOut: [[String]]

  /// The order and repetitions of `subjects` do not matter.
  /// - Parameter count: at least 2, and no more than there are subjects.
  public init(subjects: [String], count: Int, seed: UInt64) {
    let ranked = DatasetSplit.ranked(subjects, seed: seed)
    precondition((2...max(2, ranked.count)).contains(count), "a fold holds out somebody and leaves somebody")
    heldOut = (0..<count).map { fold in
      stride(from: fold, to: ranked.count, by: count).map { ranked[$0] }.sorted()
    }
  }
}
