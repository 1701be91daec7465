import NeuralNetwork
import Testing

@Suite("Optimizers and schedules")
struct OptimizerTests {
  @Test("five steps agree with PyTorch", arguments: try ReferenceNumbers.load().optimizers)
  func agrees(with reference: ReferenceNumbers.OptimizerCase) throws {
    let rule: Optimizer.Rule =
      switch reference.optimizer {
      case "adam":
        .adam(
          beta1: try #require(reference.beta1), beta2: try #require(reference.beta2),
          epsilon: try #require(reference.epsilon))
      case "adamW":
        .adamW(
          beta1: try #require(reference.beta1), beta2: try #require(reference.beta2),
          epsilon: try #require(reference.epsilon), weightDecay: try #require(reference.weightDecay))
      default: .gradientDescent(momentum: reference.momentum ?? 0)
      }
    var optimizer = Optimizer(rule)
    var weights = reference.start
    for (gradient, expected) in zip(reference.gradients, reference.weights) {
      optimizer.update(&weights, gradient: gradient, learningRate: reference.learningRate)
      #expect(difference(weights, expected) < 1e-6)
    }
    #expect(optimizer.steps == reference.gradients.count)
  }

  @Test("an optimizer restored from its state takes the same next step")
  func restores() {
    var whole = Optimizer(.adamW())
    var weights: [Float] = [1, -2, 3]
    whole.update(&weights, gradient: [0.5, -1, 2], learningRate: 0.1)
    var restored = Optimizer(whole.rule, steps: whole.steps, first: whole.first, second: whole.second)
    var copy = weights
    whole.update(&weights, gradient: [1, 1, -1], learningRate: 0.1)
    restored.update(&copy, gradient: [1, 1, -1], learningRate: 0.1)
    #expect(weights == copy)
  }

  @Test("a gradient longer than the limit is scaled to it, a shorter one left alone")
  func clips() {
    var gradient: [Float] = [3, 4]
    #expect(gradient.clipNorm(to: 1) == 5)
    #expect(difference(gradient, [0.6, 0.8]) < 1e-6)
    var short: [Float] = [0.3, 0.4]
    short.clipNorm(to: 1)
    #expect(short == [0.3, 0.4])
  }

  @Test("schedules warm up linearly, peak, and end at their formulas' values")
  func schedules() {
    let cosine = LearningRateSchedule(peak: 2, decay: .cosine, warmUp: 0.1)
    #expect(cosine.rate(at: 0) == 0)
    #expect(abs(cosine.rate(at: 0.05) - 1) < 1e-6)
    #expect(abs(cosine.rate(at: 0.1) - 2) < 1e-6)
    #expect(abs(cosine.rate(at: 0.55) - 1) < 1e-5)
    #expect(abs(cosine.rate(at: 1)) < 1e-6)
    let polynomial = LearningRateSchedule(peak: 1, decay: .polynomial(power: 2))
    #expect(abs(polynomial.rate(at: 0.5) - 0.25) < 1e-6)
    #expect(LearningRateSchedule(peak: 3, decay: .constant).rate(at: 0.7) == 3)
  }
}
