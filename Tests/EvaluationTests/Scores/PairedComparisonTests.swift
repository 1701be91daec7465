import Evaluation
import Statistics
import TestSupport
import Testing

@Suite("PairedComparison")
struct PairedComparisonTests {
  /// Dice of some subjects, one of them worse, and those of another method.
  private static let first = [
    0.9112, 0.8803, 0.9297, 0.8725, 0.9034, 0.8246, 0.8888, 0.9219, 0.8631, 0.9143, 0.8957, 0.8866,
  ]
  private static let second = [0.92, 0.90, 0.93, 0.885, 0.895, 0.84, 0.90, 0.925, 0.85, 0.93, 0.91, 0.89]
  private let pairs = Array(zip(first, second))

  @Test(
    "means, difference and effect size are NumPy's", .needs(.sciPy))
  func numpy() throws {
    let script = """
      a, b = np.array(\(Self.first)), np.array(\(Self.second))
      print(a.mean(), b.mean(), (b - a).mean(), (b - a).mean() / (b - a).std(ddof=1))
      """
    let expected = try Python.numbers(script)
    let result = PairedComparison(pairs, resampling: Resampling())
    let found = [result.firstMean, result.secondMean, result.difference, result.effectSize]
    for (found, expected) in zip(found, expected) { #expect(abs(try #require(found) - expected) < 1e-12) }
    #expect(result.count == pairs.count)
  }

  @Test("exchanged sets have the opposite difference and effect, and the same p")
  func exchanged() throws {
    let there = PairedComparison(pairs, resampling: Resampling())
    let back = PairedComparison(pairs.map { ($0.1, $0.0) }, resampling: Resampling())
    #expect(there.probability == back.probability)
    #expect(abs(try #require(there.difference) + #require(back.difference)) < 1e-12)
    #expect(abs(try #require(there.effectSize) + #require(back.effectSize)) < 1e-12)
    let (interval, other) = (try #require(there.interval), try #require(back.interval))
    #expect(abs(interval.low + other.high) < 1e-12 && abs(interval.high + other.low) < 1e-12)
  }

  @Test("a method against itself: no difference, p is 1, no effect size")
  func same() {
    let result = PairedComparison(Self.first.map { ($0, $0) }, resampling: Resampling())
    #expect(result.difference == 0 && result.probability == 1 && result.effectSize == nil)
    let none = PairedComparison([], resampling: Resampling())
    #expect(none.count == 0 && none.difference == nil && none.probability == nil)
  }
}
