import Foundation
import Numerics

/// The null distribution of a measure: the target's values are permuted among the subjects, and the whole analysis is
/// repeated.
///
/// Permutations respect exchangeability blocks: each group is a block of units, such as the participants of a family, and
/// each unit has rows, such as the scans of a participant. Blocks with units of the same sizes are permuted as a whole,
/// units of equal size are permuted within their block, and rows within their unit (Winkler et al. 2015, doi
/// 10.1016/j.neuroimage.2015.05.092). So the rows of a unit always stay together.
package struct PermutationTest: Sendable {
  /// The target's values.
  package let target: [Double]
  /// The block of each row.
  package let groups: [Int]
  /// Seed of the permutations.
  package let seed: UInt64
  /// A block: the rows of each unit, units of equal size together, the smallest first.
  private typealias Block = [[[Int]]]
  /// Blocks with units of the same sizes together, in the order of the groups' numbers.
  private let blocks: [[Block]]

  /// Creates a permutation test.
  /// - Parameters:
  ///   - target: the target's values, one per row.
  ///   - groups: the block of each row.
  ///   - units: the unit of each row; `nil` if each row is a unit of its own.
  ///   - seed: seed of the permutations.
  package init(target: [Double], groups: [Int], units: [Int]? = nil, seed: UInt64) {
    self.target = target
    self.groups = groups
    self.seed = seed
    func parts(_ rows: [Int], by key: (Int) -> Int) -> [[Int]] {
      let members = Dictionary(grouping: rows, by: key)
      return members.keys.sorted().compactMap { members[$0] }
    }
    func alike<Part>(_ parts: [Part], by size: (Part) -> [Int]) -> [[Part]] {
      let members = Dictionary(grouping: parts, by: size)
      return members.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { members[$0] }
    }
    let ordered = parts(Array(target.indices)) { groups[$0] }.map { rows -> Block in
      alike(parts(rows) { units?[$0] ?? $0 }) { [$0.count] }
    }
    blocks = alike(ordered) { block in
      [block.joined().reduce(0) { $0 + $1.count }] + block.joined().map(\.count)
    }
  }

  /// Returns the permuted target.
  /// - Parameter number: the number of the permutation, from 0.
  package func permuted(_ number: Int) -> [Double] {
    var generator = SeededGenerator(seed: seed, stream: UInt64(number) + Self.firstStream)
    var result = target
    for alike in blocks {
      for (block, source) in zip(alike, alike.shuffled(using: &generator)) {
        for (units, others) in zip(block, source) {
          for (rows, other) in zip(units, others.shuffled(using: &generator)) {
            for (row, place) in zip(rows, other.shuffled(using: &generator)) { result[row] = target[place] }
          }
        }
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
  /// The b blocks of one kind, of which m₁, m₂, … have the same values, have b! / (m₁! m₂! …) orders; so have the units
  /// of one size in a block, and the rows of a unit.
  package var distinctCount: Double {
    let logarithm = blocks.reduce(0.0) { sum, alike in
      // The values of each row, of each unit and of each block, without their order.
      let values = alike.map { block in
        block.map { units in
          units.map { rows in rows.map { target[$0] }.sorted() }.sorted { $0.lexicographicallyPrecedes($1) }
        }
      }
      let units = values.joined()
      return sum + Self.logOrders(values) + units.reduce(0) { $0 + Self.logOrders($1) }
        + units.joined().reduce(0) { $0 + Self.logOrders($1) }
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
