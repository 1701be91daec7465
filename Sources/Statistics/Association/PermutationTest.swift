import Foundation
import Numerics

/// The null distribution of a measure: the target's values are permuted among the subjects, and the whole analysis is
/// repeated.
///
/// Permutations respect exchangeability blocks: each group is a block. Blocks of equal size are permuted as a whole,
/// and the members of each block are permuted within it (Winkler et al. 2015, doi 10.1016/j.neuroimage.2015.05.092). A
/// block whose members have one value moves as a whole, and blocks of one member are freely permuted subjects.
package struct PermutationTest: Sendable {
  /// The target's values.
  package let target: [Double]
  /// The block of each row.
  package let groups: [Int]
  /// Seed of the permutations.
  package let seed: UInt64
  /// The rows of each block, in the order of the groups' numbers; blocks of equal size together, the smallest first.
  private let blocks: [[[Int]]]

  /// Creates a permutation test.
  /// - Parameters:
  ///   - target: the target's values, one per row.
  ///   - groups: the block of each row.
  ///   - seed: seed of the permutations.
  package init(target: [Double], groups: [Int], seed: UInt64) {
    self.target = target
    self.groups = groups
    self.seed = seed
    let members = Dictionary(grouping: target.indices, by: { groups[$0] })
    let ordered = members.keys.sorted().compactMap { members[$0] }
    blocks = Set(ordered.map(\.count)).sorted().map { size in ordered.filter { $0.count == size } }
  }

  /// Returns the permuted target.
  /// - Parameter number: the number of the permutation, from 0.
  package func permuted(_ number: Int) -> [Double] {
    var generator = SeededGenerator(seed: seed, stream: UInt64(number) + Self.firstStream)
    var result = target
    for alike in blocks {
      for (rows, source) in zip(alike, alike.shuffled(using: &generator)) {
        for (row, other) in zip(rows, source.shuffled(using: &generator)) { result[row] = target[other] }
      }
    }
    return result
  }

  /// Keeps the random numbers of permutations separate from those of folds.
  private static let firstStream: UInt64 = 1 << 32

  /// The least number of different permutations; fewer cannot give a p value of 0.05.
  package static let fewest = 20.0
  /// Upper bound of `distinctCount`, far below the greatest `Double`.
  package static let most = 1e300

  /// Number of different targets that permutations can give, including the observed one; at most `most`.
  ///
  /// The b blocks of one size, of which m₁, m₂, … have the same values, have b! / (m₁! m₂! …) orders. Each block of n
  /// members, of which k₁, k₂, … have the same value, has n! / (k₁! k₂! …) orders.
  package var distinctCount: Double {
    let logarithm = blocks.reduce(0.0) { sum, alike in
      let values = alike.map { rows in rows.map { target[$0] }.sorted() }
      return sum + Self.logOrders(values) + values.reduce(0) { $0 + Self.logOrders($1) }
    }
    guard logarithm < log(Self.most) else { return Self.most }
    let count = exp(logarithm)
    // A sum of logarithms has rounding errors; small counts are rounded to whole numbers.
    return count < 1e9 ? count.rounded() : count
  }

  /// Returns the logarithm of the number of different orders of values.
  private static func logOrders(_ values: [some Hashable]) -> Double {
    let counts = Dictionary(grouping: values, by: { $0 }).values.map(\.count).sorted()
    return counts.reduce(lgamma(Double(values.count) + 1)) { $0 - lgamma(Double($1) + 1) }
  }

  /// Checks the number of different permutations.
  /// - Parameter column: the target's column, for the error message.
  /// - Throws: `AssociationError.tooFewPermutations` if no p value could be small.
  package func check(column: String) throws(AssociationError) {
    guard distinctCount < Self.fewest else { return }
    throw .tooFewPermutations(column: column, found: Int(distinctCount), needed: Int(Self.fewest))
  }

  /// Returns the p value: the share of targets, the observed one included, whose measure is at least as good as the
  /// observed one. It is exact for any number of permutations, and never 0 (Phipson and Smyth 2010, doi
  /// 10.2202/1544-6115.1585).
  /// - Parameters:
  ///   - value: the observed value.
  ///   - null: the values of the permuted targets.
  ///   - isError: whether smaller values are better.
  package static func probability(of value: Double, among null: [Double], isError: Bool) -> Double {
    // Sums in another order differ by rounding, so values within the tolerance count as equal to the observed one.
    let slack = 1e-12 * abs(value)
    let extreme = null.count { isError ? $0 <= value + slack : $0 >= value - slack }
    return Double(extreme + 1) / Double(null.count + 1)
  }

  /// Returns the false discovery rates of p values (Benjamini and Hochberg 1995), adjusted to increase with p.
  package static func falseDiscoveryRates(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
    var (rates, least) = (probabilities, 1.0)
    for (place, index) in order.enumerated() {
      let rank = Double(probabilities.count - place)
      least = min(least, probabilities[index] * Double(probabilities.count) / rank)
      rates[index] = least
    }
    return rates
  }
}
