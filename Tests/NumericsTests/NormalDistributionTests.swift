import Foundation
import Numerics
import Testing

@Suite struct NormalDistributionTests {
  /// Of a million numbers, moments up to the fourth stray by less than 0.01 (four standard errors or more),
  /// and shares by less than 0.002.
  private static let draws: [Double] = {
    var generator = SeededGenerator(seed: 11)
    return (0..<1_000_000).map { _ in Double(NormalDistribution.standard.next(using: &generator)) }
  }()

  @Test("moments are those of the normal distribution", arguments: [(1, 0.0), (2, 1), (3, 0), (4, 3)])
  func moment(order: Int, expected: Double) {
    let draws = NormalDistributionTests.draws
    let moment = draws.reduce(0) { $0 + pow($1, Double(order)) } / Double(draws.count)
    #expect(abs(moment - expected) < (order < 3 ? 0.005 : 0.05))
  }

  @Test(
    "the share below a bound is that of the normal distribution",
    arguments: [-3.6, -2, -1, -0.3, 0, 0.5, 1.5, 3.5])
  func share(bound: Double) {
    let draws = NormalDistributionTests.draws
    let share = Double(draws.count { $0 < bound }) / Double(draws.count)
    let expected = 0.5 * erfc(-bound / 2.0.squareRoot())
    let error = (expected * (1 - expected) / Double(draws.count)).squareRoot()
    #expect(abs(share - expected) < 5 * error)
  }

  @Test("the tail beyond the last layer is reached on both sides")
  func tail() {
    #expect(NormalDistributionTests.draws.contains { $0 > 3.8 })
    #expect(NormalDistributionTests.draws.contains { $0 < -3.8 })
  }
}
