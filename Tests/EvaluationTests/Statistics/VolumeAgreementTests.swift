import Evaluation
import TestSupport
import Testing

@Suite("VolumeAgreement")
struct VolumeAgreementTests {
  /// Of gray matter, in ml.
  private let predictions = [612.3, 655.1, 580.9, 701.2, 640.0, 598.7, 633.3]
  private let references = [601.1, 660.4, 571.0, 688.8, 641.9, 580.2, 630.1]

  @Test(
    "bias, limits and correlations are NumPy's by the formulas of the papers",
    .needs(.sciPy))
  func numpy() throws {
    let script = """
      p, r = np.array(\(predictions)), np.array(\(references))
      d = p - r
      print(d.mean(), d.std(ddof=1), d.mean() - 1.96 * d.std(ddof=1), d.mean() + 1.96 * d.std(ddof=1))
      print(np.corrcoef(p, r)[0, 1])
      print(2 * np.cov(p, r, ddof=0)[0, 1] / (p.var() + r.var() + d.mean() ** 2))
      """
    let expected = try Python.numbers(script)
    let result = VolumeAgreement(predictions: predictions, references: references)
    let found = [
      result.bias, result.standardDeviation, result.limits?.low, result.limits?.high, result.correlation,
      result.concordance,
    ]
    #expect(expected.count == found.count)
    for (found, expected) in zip(found, expected) { #expect(abs(try #require(found) - expected) < 1e-9) }
  }

  @Test("equal volumes agree perfectly; volumes that are all the same have no correlation; one has no limits")
  func special() throws {
    let equal = VolumeAgreement(predictions: references, references: references)
    #expect(equal.bias == 0 && equal.standardDeviation == 0)
    let (correlation, concordance) = (try #require(equal.correlation), try #require(equal.concordance))
    #expect(abs(correlation - 1) < 1e-12 && abs(concordance - 1) < 1e-12)
    #expect(VolumeAgreement(predictions: [1, 2], references: [3, 3]).correlation == nil)
    let one = VolumeAgreement(predictions: [5], references: [3])
    #expect(one.bias == 2 && one.limits == nil && one.correlation == nil)
    #expect(VolumeAgreement(predictions: [], references: []).bias == nil)
  }
}
