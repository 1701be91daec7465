import Segmentation

/// How a measure would come out if the target had nothing to do with the features: the target's values exchanged among
/// the subjects, and everything done again.
///
/// Exchanged is what is exchangeable. Where the target is one and the same within each group, the groups' values change
/// places; where it varies within groups, such as sites, values change places inside them (Winkler et al. 2015, doi
/// 10.1016/j.neuroimage.2015.05.092).
package struct PermutationTest: Sendable {
  package let target: [Double]
  package let groups: [Int]
  package let seed: UInt64

  package init(target: [Double], groups: [Int], seed: UInt64) {
    self.target = target
    self.groups = groups
    self.seed = seed
  }

  /// The target after the exchange of this number, from 0.
  package func permuted(_ number: Int) -> [Double] {
    var generator = SeededGenerator(seed: seed, stream: UInt64(number) + Self.firstStream)
    let members = Dictionary(grouping: target.indices, by: { groups[$0] })
    let order = members.keys.sorted()
    let isConstant = members.values.allSatisfy { rows in rows.allSatisfy { target[$0] == target[rows[0]] } }
    var result = target
    if isConstant {
      let values = order.compactMap { members[$0].map { target[$0[0]] } }.shuffled(using: &generator)
      for (group, value) in zip(order, values) { for row in members[group] ?? [] { result[row] = value } }
    } else {
      for group in order {
        guard let rows = members[group] else { continue }
        for (row, other) in zip(rows, rows.shuffled(using: &generator)) { result[row] = target[other] }
      }
    }
    return result
  }

  /// Apart from the streams of folds.
  private static let firstStream: UInt64 = 1 << 32

  /// The share of exchanged targets that come out as well as the true one, which counts as one of them: exact for any
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
