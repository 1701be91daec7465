/// How weights follow gradients: a configuration, and its state.
public struct Optimizer: Sendable {
  /// The rule. Weight decay is decoupled from the gradient in AdamW alone.
  public enum Rule: Hashable, Codable, Sendable {
    /// w ← w − η g; with momentum μ: v ← μ v + g, w ← w − η v.
    case gradientDescent(momentum: Float = 0)
    /// Kingma and Ba 2015, arXiv 1412.6980.
    case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
    /// Loshchilov and Hutter 2019, arXiv 1711.05101: w ← w − η λ w before Adam's step.
    case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01)
  }

  public let rule: Rule
  /// Steps taken.
  public private(set) var steps: Int
  /// Momentum or first moments; empty before the first step and where the rule has none.
  public private(set) var first: [Float]
  /// Second moments; likewise.
  public private(set) var second: [Float]

  public init(_ rule: Rule) { self.init(rule, steps: 0, first: [], second: []) }

  /// Goes on from a state that was kept.
  public init(_ rule: Rule, steps: Int, first: [Float], second: [Float]) {
    self.rule = rule
    self.steps = steps
    self.first = first
    self.second = second
  }

  /// One step at a learning rate η.
  public mutating func update(_ weights: inout [Float], gradient: [Float], learningRate: Float) {
    precondition(weights.count == gradient.count, "one gradient for each weight")
    steps += 1
    switch rule {
    case .gradientDescent(let momentum):
      if momentum == 0 {
        for i in weights.indices { weights[i] -= learningRate * gradient[i] }
      } else {
        prepare(&first, weights.count)
        for i in weights.indices {
          first[i] = momentum * first[i] + gradient[i]
          weights[i] -= learningRate * first[i]
        }
      }
    case .adam(let beta1, let beta2, let epsilon):
      adam(&weights, gradient, learningRate, beta1, beta2, epsilon, decay: 0)
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      adam(&weights, gradient, learningRate, beta1, beta2, epsilon, decay: weightDecay)
    }
  }

  private mutating func adam(
    _ weights: inout [Float], _ gradient: [Float], _ rate: Float, _ beta1: Float, _ beta2: Float,
    _ epsilon: Float,
    decay: Float
  ) {
    prepare(&first, weights.count)
    prepare(&second, weights.count)
    // The moments start at 0; dividing by 1 − βⁿ undoes that bias.
    let correction1 = 1 - Self.power(beta1, steps)
    let correction2 = 1 - Self.power(beta2, steps)
    let kept = 1 - rate * decay
    for i in weights.indices {
      let g = gradient[i]
      first[i] = beta1 * first[i] + (1 - beta1) * g
      second[i] = beta2 * second[i] + (1 - beta2) * g * g
      let step = (first[i] / correction1) / ((second[i] / correction2).squareRoot() + epsilon)
      weights[i] = kept * weights[i] - rate * step
    }
  }

  private func prepare(_ moments: inout [Float], _ count: Int) {
    if moments.count != count { moments = Array(repeating: 0, count: count) }
  }

  /// βⁿ in double precision, where 1 − 0.999ⁿ keeps its digits.
  private static func power(_ base: Float, _ exponent: Int) -> Float {
    var (result, factor, rest) = (1.0, Double(base), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return Float(result)
  }
}

extension [Float] {
  /// Scales a gradient down to Euclidean norm `limit` where it is longer (Pascanu, Mikolov and Bengio 2013,
  /// arXiv 1211.5063).
  /// - Returns: the norm before.
  @discardableResult
  public mutating func clipNorm(to limit: Float) -> Float {
    let norm = Float(reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot())
    guard norm > limit, norm.isFinite else { return norm }
    for i in indices { self[i] *= limit / norm }
    return norm
  }
}
