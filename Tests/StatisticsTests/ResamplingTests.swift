import Statistics
import TestSupport
import Testing

@Suite("Resampling")
struct ResamplingTests {
  /// Dice of some subjects, one of them worse, and those of another method.
  static let first = [
    0.9112, 0.8803, 0.9297, 0.8725, 0.9034, 0.8246, 0.8888, 0.9219, 0.8631, 0.9143, 0.8957, 0.8866,
  ]
  static let second = [0.92, 0.90, 0.93, 0.885, 0.895, 0.84, 0.90, 0.925, 0.85, 0.93, 0.91, 0.89]

  /// No multiples of one step: means of such lie on a lattice, and a quantile that is a draw off is a whole step off.
  static let uneven = [
    0.0123, -0.0071, 0.0312, 0.0047, 0.0189, -0.0158, 0.0093, 0.0231, 0.0016, 0.0274, -0.0035, 0.0152,
  ]

  static let differences = zip(first, second).map { $1 - $0 }

  @Test(
    "the interval of a mean is SciPy's percentile bootstrap, but for chance",
    .needs(.sciPy), arguments: [first, uneven], [0.95, 0.8])
  func interval(values: [Double], confidence: Double) throws {
    let script = """
      from scipy.stats import bootstrap
      interval = bootstrap((\(values),), np.mean, n_resamples=100000, confidence_level=\(confidence),
                           method="percentile", batch=10000, rng=np.random.default_rng(1)).confidence_interval
      print(interval.low, interval.high, np.std(\(values)) / len(\(values)) ** 0.5)
      """
    let expected = try Python.numbers(script)
    let found = try #require(
      Resampling(seed: 1, count: 100_000, confidence: confidence).interval(ofMean: values))
    // A quantile of 100,000 draws of a nearly normal mean is off by about 0.008 of its standard error at 2.5 %
    // (√(p (1 - p) / n) over the density there). Both are draws, so √2 of that, and five times it.
    let chance = 0.06 * expected[2]
    #expect(abs(found.low - expected[0]) < chance && abs(found.high - expected[1]) < chance)
  }

  @Test("of two values, a quarter of the resampled means is either, and of one there is no interval")
  func few() {
    let two = Resampling(confidence: 0.6).interval(ofMean: [3, 1])
    #expect(two == ConfidenceInterval(low: 1, high: 3))
    // Between the quarters, half of the means are the middle.
    #expect(Resampling(confidence: 0.4).interval(ofMean: [3, 1]) == ConfidenceInterval(low: 2, high: 2))
    #expect(Resampling().interval(ofMean: [3]) == nil)
    #expect(Resampling().interval(ofMean: []) == nil)
  }

  @Test(
    "up to 16 differences the p is SciPy's, over all permutations of signs",
    .needs(.sciPy),
    arguments: [differences, [1, 2, 3, 4, 5], [0.3, -0.2, 0.3, -0.2, 0.1], [1, -1], [0, 0, 0]])
  func exact(values: [Double]) throws {
    let expected = try Python.numbers(Self.scipy(values))
    let found = try #require(Resampling().permutationProbability(of: values))
    #expect(abs(found - expected[0]) < 1e-12)
  }

  @Test(
    "above 16 differences the p is SciPy's but for chance, and never 0",
    .needs(.sciPy))
  func drawn() throws {
    let values = Self.differences + [0.01, -0.03, 0.002, -0.02, -0.01, 0.0]
    let expected = try Python.numbers(Self.scipy(values))[0]
    let count = 100_000
    let found = try #require(Resampling(seed: 3, count: count).permutationProbability(of: values))
    // Five standard errors of a share of so many draws.
    #expect(abs(found - expected) < 5 * (expected * (1 - expected) / Double(count)).squareRoot())
    #expect(Resampling(count: 99).permutationProbability(of: Array(repeating: 1, count: 60)) == 0.01)
  }

  @Test(
    "more differences than a word has bits: of ones it is the binomial test",
    .needs(.sciPy))
  func words() throws {
    let expected = try Python.numbers("from scipy.stats import binomtest\nprint(binomtest(90, 150).pvalue)")[
      0]
    let values = Array(repeating: 1.0, count: 90) + Array(repeating: -1.0, count: 60)
    let count = 100_000
    let found = try #require(Resampling(seed: 5, count: count).permutationProbability(of: values))
    #expect(abs(found - expected) < 5 * (expected * (1 - expected) / Double(count)).squareRoot())
  }

  @Test("the same seed gives the same bits, another seed others")
  func seeds() {
    let once = Resampling(seed: 7).interval(ofMean: Self.first)
    #expect(Resampling(seed: 7).interval(ofMean: Self.first) == once)
    #expect(Resampling(seed: 8).interval(ofMean: Self.first) != once)
  }

  /// The exact test, where all signs are visited.
  private static func scipy(_ values: [Double]) -> String {
    """
    from scipy.stats import permutation_test
    d = np.array(\(values))
    print(permutation_test((d, np.zeros_like(d)), lambda a, b, axis: np.mean(a - b, axis=axis), vectorized=True,
                           permutation_type="samples", n_resamples=np.inf, batch=10000).pvalue)
    """
  }
}
