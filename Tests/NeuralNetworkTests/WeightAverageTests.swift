import NeuralNetwork
import Testing

@Suite("WeightAverage")
struct WeightAverageTests {
  @Test("weights that stay are their own mean")
  func constant() {
    var average = WeightAverage(power: 16.97)
    for step in 1...50 { average.update(with: [0.25, -3], step: step) }
    #expect(average.values == [0.25, -3])
  }

  /// Karras et al. 2024 give 0.05 for 16.97 and 0.10 for 6.94; the mean of the density (γ + 1) tᵞ is (γ + 1)/(γ + 2).
  @Test("looks back over a fixed share of the steps", arguments: [(Float(16.97), 0.05), (6.94, 0.1)])
  func share(power: Float, deviation: Double) {
    let steps = 4000
    var average = WeightAverage(power: power)
    for step in 1...steps {
      let time = Float(step) / Float(steps)
      average.update(with: [time, time * time], step: step)
    }
    let (mean, square) = (Double(average.values[0]), Double(average.values[1]))
    #expect(abs(mean - Double((power + 1) / (power + 2))) < 1e-3)
    #expect(abs((square - mean * mean).squareRoot() - deviation) < 1e-3)
  }

  @Test("goes on from values that were kept as if never interrupted")
  func resumed() {
    func weights(_ step: Int) -> [Float] { [Float(step % 7), 1 / Float(step)] }
    var whole = WeightAverage(power: 6.94)
    for step in 1...20 { whole.update(with: weights(step), step: step) }
    var part = WeightAverage(power: 6.94)
    for step in 1...8 { part.update(with: weights(step), step: step) }
    part = WeightAverage(power: part.power, values: part.values)
    for step in 9...20 { part.update(with: weights(step), step: step) }
    #expect(part.values == whole.values)
  }
}
