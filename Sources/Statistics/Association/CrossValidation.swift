import Numerics

/// Nested cross-validation: the outer folds judge, the inner ones, made of an outer fold's training part alone, choose
/// the model's strength. Subjects of one group are never on both sides.
///
/// Folds of two classes are stratified: each fold has as many groups of a class as any other, give or take one. The
/// folds are then a function of the target. A permutation test stays exact as long as the folds of a permuted target
/// are made of that target, by the same rule and the same seed.
public struct CrossValidation: Hashable, Codable, Sendable {
  /// Outer folds.
  public var folds = 10
  public var innerFolds = 5
  /// Of the assignment of groups to folds.
  public var seed: UInt64 = 0

  public init() {}

  /// The folds of rows whose groups are these numbers from 0: for each the rows that it tests.
  /// - Parameter classes: 0 or 1 for each row, by which the folds are stratified; `nil` for a target of numbers.
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

  /// Which classes a group's rows are of. Groups are dealt to the folds in this order, so that those that have a row of
  /// a class follow each other, and come to as many folds as there are.
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

  /// Checks that every training part, of the outer folds and of the inner ones, has both classes.
  /// - Parameter isNested: whether inner folds are made.
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

  /// Whether each outer fold has a group of a class, and each inner fold too where the fullest outer fold is left out.
  private static func allows(_ groups: Int, _ folds: Int, _ innerFolds: Int?) -> Bool {
    let left = groups - (groups + folds - 1) / folds
    return groups >= folds && left >= (innerFolds ?? 1)
  }

  /// The most folds, and then the most inner folds, that these many groups of the rarer class allow; `nil` for none.
  private func possible(groups: Int, isNested: Bool) -> AssociationError.Folds? {
    let outer = min(folds, groups)
    guard outer >= 2 else { return nil }
    let inner = min(innerFolds, groups - (groups + outer - 1) / outer)
    return isNested && inner < 2 ? nil : .init(outer: outer, inner: isNested ? inner : nil)
  }
}
