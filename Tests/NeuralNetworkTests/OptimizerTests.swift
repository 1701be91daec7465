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

  /// A kernel whose gradient is diagonal, between the first and the last kernel of a network. Newton and Schulz's
  /// iteration takes each singular value by itself, so that a diagonal stays one.
  @Test("Muon steps by the same length along all directions of a kernel", arguments: [(4, 6), (6, 4)])
  func muon(rows: Int, columns: Int) throws {
    var graph = Graph()
    let before = graph.convolution(graph.input(channels: 1), outputChannels: columns, kernel: 1)
    let hidden = graph.convolution(before, outputChannels: rows, kernel: 1)
    _ = graph.convolution(hidden, outputChannels: 2, kernel: 1)
    let slots = graph.parameterSlots
    let count = try #require(slots.last).range.upperBound
    let singular: [Float] = [8, -4, 2, 1]
    let kernel = slots[2].offset
    var gradient = (0..<count).map { Float($0 % 5) - 2 }
    gradient.replaceSubrange(slots[2].range, with: repeatElement(0, count: rows * columns))
    for (i, value) in singular.enumerated() { gradient[kernel + i * columns + i] = value }
    let start = (0..<count).map { 0.1 * Float($0 % 7) }

    var parameters = Parameters(slots: slots, values: start)
    var optimizer = Optimizer(.muon(momentum: 0.9, weightDecay: 0.5))
    optimizer.update(&parameters, gradient: gradient, learningRate: 0.1)

    var others = start
    var adam = Optimizer(.adamW(weightDecay: 0.5))
    adam.update(&others, gradient: gradient, learningRate: 0.1)
    for slot in slots where slot.offset != kernel {
      #expect(Array(parameters.values[slot.range]) == Array(others[slot.range]), "\(slot.name)")
    }
    let length = 0.1 * 0.2 * Double(6).squareRoot()
    for row in 0..<rows {
      for column in 0..<columns {
        let offset = kernel + row * columns + column
        let step = 0.95 * Double(start[offset]) - Double(parameters.values[offset])
        let expected = row == column && row < 4 ? length * orthogonalized(Double(singular[row])) : 0
        #expect(abs(step - expected) < 1e-5, "row \(row), column \(column)")
      }
    }

    /// The published polynomial, five times, of a singular value over the Frobenius norm.
    func orthogonalized(_ value: Double) -> Double {
      let norm = singular.reduce(0) { $0 + Double($1 * $1) }.squareRoot()
      return (0..<5).reduce(value / norm) { x, _ in
        3.4445 * x - 4.7750 * x * x * x + 2.0315 * x * x * x * x * x
      }
    }
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
