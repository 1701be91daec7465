import Foundation
import Numerics

/// How a measure would come out if the target had nothing to do with the features: the target's values permuted among
/// the subjects, and everything done again.
///
/// Permuted is what is exchangeable: a group is a block. Whole blocks change places with blocks of the same size, and
/// the members of each block are permuted within it (Winkler et al. 2015, doi 10.1016/j.neuroimage.2015.05.092). A
/// block whose members have one value moves as a whole, and a block of one member is a subject among subjects.
package struct PermutationTest: Sendable {
  package let target: [Double]
  package let groups: [Int]
  package let seed: UInt64
  /// The rows of each block, in the order of the groups' numbers; blocks of one size together, the smallest first.
  private let blocks: [[[Int]]]

  package init(target: [Double], groups: [Int], seed: UInt64) {
    self.target = target
    self.groups = groups
    self.seed = seed
    let members = Dictionary(grouping: target.indices, by: { groups[$0] })
    let ordered = members.keys.sorted().compactMap { members[$0] }
    blocks = Set(ordered.map(\.count)).sorted().map { size in ordered.filter { $0.count == size } }
  }

  /// The target after the permutation of this number, from 0.
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

  /// Apart from the streams of folds.
  private static let firstStream: UInt64 = 1 << 32

  /// Fewer different permutations than this give no p of 0.05.
  package static let fewest = 20.0
  /// Where the count of permutations ends, far from what a double holds.
  package static let most = 1e300

  /// How many different targets permutations can give, the true one among them; at most `most`.
  ///
  /// Of b blocks of a size, m₁, m₂, … of them with the same values, there are b! / (m₁! m₂! …) orders, and each block of
  /// n members, k₁, k₂, … of them alike, has n! / (k₁! k₂! …) orders of its own.
  package var distinctCount: Double {
    let logarithm = blocks.reduce(0.0) { sum, alike in
      let values = alike.map { rows in rows.map { target[$0] }.sorted() }
      return sum + Self.logOrders(values) + values.reduce(0) { $0 + Self.logOrders($1) }
    }
    guard logarithm < log(Self.most) else { return Self.most }
    let count = exp(logarithm)
    // A sum of logarithms is off by rounding; so small a count is a whole number.
    return count < 1e9 ? count.rounded() : count
  }

  /// The logarithm of the number of different orders of these values.
  private static func logOrders(_ values: [some Hashable]) -> Double {
    let counts = Dictionary(grouping: values, by: { $0 }).values.map(\.count).sorted()
    return counts.reduce(lgamma(Double(values.count) + 1)) { $0 - lgamma(Double($1) + 1) }
  }

  /// - Throws: `AssociationError.tooFewPermutations` where no p could be small.
  package func check(column: String) throws(AssociationError) {
    guard distinctCount < Self.fewest else { return }
    throw .tooFewPermutations(column: column, found: Int(distinctCount), needed: Int(Self.fewest))
  }

  /// The share of permuted targets that come out as well as the true one, which counts as one of them: exact for any
  /// number of them, and never 0 (Phipson and Smyth 2010, doi 10.2202/1544-6115.1585).
  package static func probability(of value: Double, among null: [Double], isError: Bool) -> Double {
    // Sums in another order differ by rounding; such a one is as good as what was observed.
    let slack = 1e-12 * abs(value)
    let extreme = null.count { isError ? $0 <= value + slack : $0 >= value - slack }
    return Double(extreme + 1) / Double(null.count + 1)
  }

  /// The false discovery rates of Benjamini and Hochberg (1995), adjusted to be ascending with p.
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
