import Numerics
import Segmentation
import Testing

@Suite struct ReliabilityTests {
  @Test("bins are open below and closed above; 0 is in the first")
  func edges() {
    for (confidence, bin) in [(0, 0), (0.25, 0), (0.2501, 1), (0.5, 1), (0.75, 2), (1, 3)] as [(Double, Int)]
    {
      var reliability = Reliability(bins: 4)
      reliability.add(confidence: confidence, isRight: true)
      #expect(reliability.bins.map(\.count).firstIndex(of: 1) == bin, "\(confidence)")
    }
  }

  @Test("the expected error weighs each bin's gap with its share of the voxels")
  func weighted() {
    var reliability = Reliability()
    for index in 0..<1000 { reliability.add(confidence: 0.9, isRight: index < 600) }
    for index in 0..<3000 { reliability.add(confidence: 0.5, isRight: index < 2100) }
    // ¼ · |0.6 − 0.9| + ¾ · |0.7 − 0.5|.
    #expect(abs(reliability.expectedError - 0.225) < 1e-12)
    #expect(Reliability().expectedError == 0)
  }

  @Test("right with the probability p where p² is said: ∫ (p − p²) over ½ to 1, doubled, is 1/6")
  func analytic() {
    var generator = SplitMix64(seed: 8)
    var reliability = Reliability()
    for _ in 0..<100_000 {
      let confidence = Double.random(in: 0.5...1, using: &generator)
      reliability.add(
        confidence: confidence, isRight: .random(in: 0..<1, using: &generator) < confidence * confidence)
    }
    // The gap has one sign everywhere, so binning changes nothing. Four standard deviations of a mean of 100,000
    // outcomes are at most 0.0063.
    #expect(abs(reliability.expectedError - 1.0 / 6) < 0.0063)
  }

  @Test("draws from the probabilities themselves have an error near 0; at another temperature they have not")
  func calibrated() {
    let count = 50_000
    let (sample, _, _) = DrawnVoxels.sample(count, temperature: 1, seed: 9)
    // A bin of n voxels is off by √n / 2 at most in the mean, so all are by √(bins / count) / 2; twice that is chance.
    let chance = (15 / Double(count)).squareRoot()
    #expect(sample.reliability(at: 1).expectedError < chance)
    #expect(sample.reliability(at: 2.5).expectedError > 5 * chance)
    #expect(sample.reliability(at: 1).bins.reduce(0) { $0 + $1.count } == count)
  }
}
