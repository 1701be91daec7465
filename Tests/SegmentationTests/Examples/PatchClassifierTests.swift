import NeuralNetwork
import Numerics
import Testing

@Suite("A convolutional classifier learns from real patches")
struct PatchClassifierTests {
  /// Voxels of 2 mm along each axis: 18 mm.
  private static let size = 9

  /// Of 1000 answers, half of which should be yes, guessing gets 500 right with a deviation of 16. The bar is
  /// sixteen of these away, and three quarters right.
  private static let bar = 750

  /// Patches of a head, by turns with another tissue (0) and with gray matter (1) at the centre.
  private struct Source {
    let head: SampleHead
    let centres: [[SIMD3<Int>]]

    init(_ head: SampleHead) {
      self.head = head
      centres = [[.whiteMatter, .csf], [.grayMatter]].map { head.centres(of: $0, size: size) }
    }

    func draw(_ count: Int, using generator: inout SeededGenerator) -> (input: Tensor, truth: [Float]) {
      let truth = (0..<count).map { Float($0 % 2) }
      let drawn = truth.compactMap { centres[Int($0)].randomElement(using: &generator) }
      return (head.intensities(around: drawn, size: size), truth)
    }
  }

  @Test("whether gray matter is at a patch's centre: trained on Colin27, right on MNI152")
  func learns() throws {
    let training = Source(try SampleHead.colin27.get())
    var network = ConvolutionalClassifier(size: SIMD3(repeating: Self.size))
    network.channels = [16, 32]
    let recipe = PlainTraining(
      name: "gray matter at the centre", loss: Loss(.binaryCrossEntropy), rule: .adam(),
      schedule: LearningRateSchedule(peak: 3e-3), batch: 32, steps: 600)
    let result = try recipe.run(network.graph, size: network.size) { count, generator in
      let (input, truth) = training.draw(count, using: &generator)
      return (input, .values(truth))
    }
    #expect(try #require(result.losses.last) < (try #require(result.losses.first)))

    var generator = SeededGenerator(seed: 2)
    let (samples, truth) = Source(try SampleHead.mni152.get()).draw(1000, using: &generator)
    let answers = try PlainTraining.predict(
      network.graph, result.parameters, size: network.size, samples: samples)
    let right = zip(answers.values, truth).count { ($0 > 0.5) == ($1 > 0.5) }
    print("\(recipe.name): \(right) of \(truth.count) right on the other head")
    #expect(truth.count == 1000)
    #expect(right >= Self.bar)
  }
}
