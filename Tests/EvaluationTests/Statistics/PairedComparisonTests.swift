import Evaluation
import Testing

@Suite("PairedComparison")
struct PairedComparisonTests {
  private let pairs = Array(zip(ResamplingTests.first, ResamplingTests.second))

  @Test(
    "means, difference and effect size are NumPy's", .enabled(if: Python.hasSciPy, "\(Python.noSciPy)"))
  func numpy() throws {
    let script = """
      a, b = np.array(\(ResamplingTests.first)), np.array(\(ResamplingTests.second))
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
    let result = PairedComparison(ResamplingTests.first.map { ($0, $0) }, resampling: Resampling())
    #expect(result.difference == 0 && result.probability == 1 && result.effectSize == nil)
    let none = PairedComparison([], resampling: Resampling())
    #expect(none.count == 0 && none.difference == nil && none.probability == nil)
  }
}
