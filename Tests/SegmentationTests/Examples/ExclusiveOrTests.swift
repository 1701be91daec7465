import NeuralNetwork
import Testing

/// The task that no single layer can learn (Minsky and Papert 1969) and a hidden one can (Rumelhart, Hinton and
/// Williams 1986).
@Suite("A multilayer perceptron learns the exclusive or")
struct ExclusiveOrTests {
  private static let inputs: [Float] = [0, 0, 0, 1, 1, 0, 1, 1]
  private static let truth: [Float] = [0, 1, 1, 0]

  private func train(hidden: [Int]) throws -> (answers: [Float], losses: [Double]) {
    var network = MultilayerPerceptron(inputs: 2, hidden: hidden, outputs: 1)
    network.output = .sigmoid
    let training = PlainTraining(
      name: "exclusive or, hidden \(hidden)", loss: Loss(.binaryCrossEntropy), rule: .gradientDescent(),
      schedule: LearningRateSchedule(peak: 0.5, decay: .constant), batch: 4, steps: 1000)
    let all = Tensor(shape: [4, 2, 1, 1, 1], values: Self.inputs)
    let result = try training.run(network.graph, size: .one) { _, _ in (all, .values(Self.truth)) }
    let output = try PlainTraining.predict(network.graph, result.parameters, size: .one, samples: all)
    return (output.values, result.losses)
  }

  @Test("plain gradient descent, eight hidden units: all four answers are right")
  func learns() throws {
    let (answers, losses) = try train(hidden: [8])
    for (answer, truth) in zip(answers, Self.truth) { #expect(abs(answer - truth) < 0.1) }
    #expect(try #require(losses.last) < 0.1 * (try #require(losses.first)))
  }

  @Test("without a hidden layer the best loss is ln 2, a guess")
  func cannotLearn() throws {
    let (answers, losses) = try train(hidden: [])
    for answer in answers { #expect(abs(answer - 0.5) < 0.01) }
    #expect(abs(try #require(losses.last) - 0.693147) < 1e-4)
  }
}
