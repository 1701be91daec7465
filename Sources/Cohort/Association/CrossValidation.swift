import Segmentation

/// Nested cross-validation: the outer folds judge, the inner ones, made of an outer fold's training part alone, choose
/// the model's strength. Subjects of one group are never on both sides.
///
/// Folds do not look at the target. That leaves some with few of a rare class, and makes the permutation test exact:
/// what is done to a permuted target is done to the true one.
public struct CrossValidation: Hashable, Codable, Sendable {
  /// Outer folds.
  public var folds = 10
  public var innerFolds = 5
  /// Of the assignment of groups to folds.
  public var seed: UInt64 = 0

  public init() {}

  /// The folds of rows whose groups are these numbers from 0: for each the rows that it tests.
  func split(groups: [Int], into count: Int, stream: UInt64) -> [[Int]] {
    var generator = SeededGenerator(seed: seed, stream: stream)
    let order = Array(Set(groups)).sorted().shuffled(using: &generator)
    let count = min(count, order.count)
    var fold: [Int: Int] = [:]
    for (place, group) in order.enumerated() { fold[group] = place % count }
    return (0..<count).map { number in groups.indices.filter { fold[groups[$0]] == number } }
  }
}
