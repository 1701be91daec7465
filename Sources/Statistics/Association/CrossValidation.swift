import Numerics

/// Nested cross-validation. The outer folds test the model; the inner folds, made of the training part of an outer
/// fold, choose its hyperparameter. Subjects of one group are never in both training and test part.
///
/// Folds of two classes are stratified: the numbers of groups of a class in two folds differ by at most one. The folds
/// then depend on the target. A permutation test remains exact if the folds of a permuted target are made from that
/// target with the same rule and seed.
public struct CrossValidation: Hashable, Codable, Sendable {
  /// Number of outer folds.
  public var folds = 10
  /// Number of inner folds.
  public var innerFolds = 5
  /// Seed of the assignment of groups to folds.
  public var seed: UInt64 = 0

  /// Creates ten outer and five inner folds.
  public init() {}

  /// Returns the test rows of each fold.
  /// - Parameters:
  ///   - groups: the group of each row, numbered from 0.
  ///   - count: the number of folds.
  ///   - stream: the stream of random numbers.
  ///   - classes: 0 or 1 for each row, by which the folds are stratified; `nil` for a numeric target.
  package func split(groups: [Int], into count: Int, stream: UInt64, classes: [Double]? = nil) -> [[Int]] {
    var generator = SeededGenerator(seed: seed, stream: stream)
    var order = Array(Set(groups)).sorted().shuffled(using: &generator)
    if let classes {
      let strata = Stratum.ofGroups(groups, classes: classes)
      order = Stratum.allCases.flatMap { stratum in order.filter { strata[$0] == stratum } }
    }
    let count = min(count, order.count)
    var fold: [Int: Int] = [:]
    for (place, group) in order.enumerated() { fold[group] = place % count }
    return (0..<count).map { number in groups.indices.filter { fold[groups[$0]] == number } }
  }

  /// The classes of a group's rows. Groups are dealt to the folds in this order, so that groups with rows of one class
  /// are consecutive and spread over as many folds as possible.
  private enum Stratum: CaseIterable {
    case zero, both, one

    static func ofGroups(_ groups: [Int], classes: [Double]) -> [Int: Stratum] {
      var strata: [Int: Stratum] = [:]
      for (group, value) in zip(groups, classes) {
        let own: Stratum = value == 1 ? .one : .zero
        strata[group] = strata[group].map { $0 == own ? own : .both } ?? own
      }
      return strata
    }
  }

  /// Checks that every training part of the outer and inner folds has both classes.
  /// - Parameters:
  ///   - sample: the sample.
  ///   - isNested: whether inner folds are used.
  /// - Throws: `AssociationError.tooFewOfClass`.
  package func check(classesOf sample: AssociationSample, isNested: Bool = true) throws(AssociationError) {
    guard sample.measure.kind == .binary else { return }
    for (value, name) in sample.measure.classes.enumerated() {
      let own = zip(sample.groups, sample.target).filter { $0.1 == Double(value) }
      let found = Set(own.map(\.0)).count
      if Self.allows(found, folds, isNested ? innerFolds : nil) { continue }
      throw .tooFewOfClass(
        column: sample.measure.name, name: name, found: found,
        needed: (1...).first { Self.allows($0, folds, isNested ? innerFolds : nil) } ?? folds,
        folds: folds, innerFolds: isNested ? innerFolds : nil,
        possible: possible(groups: found, isNested: isNested))
    }
  }

  /// Whether each outer fold has a group of a class, and each inner fold too if the largest outer fold is left out.
  private static func allows(_ groups: Int, _ folds: Int, _ innerFolds: Int?) -> Bool {
    let left = groups - (groups + folds - 1) / folds
    return groups >= folds && left >= (innerFolds ?? 1)
  }

  /// Returns the greatest number of outer folds, and of inner folds, that the groups of the rarer class allow; `nil` if
  /// there are none.
  private func possible(groups: Int, isNested: Bool) -> AssociationError.Folds? {
    let outer = min(folds, groups)
    guard outer >= 2 else { return nil }
    let inner = min(innerFolds, groups - (groups + outer - 1) / outer)
    return isNested && inner < 2 ? nil : .init(outer: outer, inner: isNested ? inner : nil)
  }
}
