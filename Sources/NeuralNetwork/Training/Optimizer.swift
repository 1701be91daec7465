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
    /// Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks": each kernel of a hidden layer, a
    /// matrix of output channels by all that they see, steps along the nearest orthogonal matrix of its momentum
    /// (Nesterov's). Steps are as long as AdamW's usually are, 0.2 η √max(rows, columns) in the Frobenius norm of
    /// singular values 1 (Liu et al. 2025, arXiv 2502.16982), so that a learning rate means the same. The first and the
    /// last kernel, biases, scales and shifts follow AdamW.
    case muon(momentum: Float = 0.95, weightDecay: Float = 0.01)
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

  /// One step of a network's parameters at a learning rate η.
  public mutating func update(_ parameters: inout Parameters, gradient: [Float], learningRate: Float) {
    let kernels = parameters.slots.filter { $0.role == .weight }
    update(
      &parameters.values, gradient: gradient, learningRate: learningRate,
      matrices: kernels.dropFirst().dropLast().map { Matrix($0) })
  }

  /// One step at a learning rate η, of weights that are no matrices.
  public mutating func update(_ weights: inout [Float], gradient: [Float], learningRate: Float) {
    update(&weights, gradient: gradient, learningRate: learningRate, matrices: [])
  }

  private mutating func update(
    _ weights: inout [Float], gradient: [Float], learningRate: Float, matrices: [Matrix]
  ) {
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
      adam(&weights, gradient, weights.indices, learningRate, beta1, beta2, epsilon, decay: 0)
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      adam(&weights, gradient, weights.indices, learningRate, beta1, beta2, epsilon, decay: weightDecay)
    case .muon(let momentum, let weightDecay):
      var rest = weights.startIndex
      for matrix in matrices {
        adam(&weights, gradient, rest..<matrix.range.lowerBound, learningRate, decay: weightDecay)
        muon(&weights, gradient, matrix, learningRate, momentum, decay: weightDecay)
        rest = matrix.range.upperBound
      }
      adam(&weights, gradient, rest..<weights.endIndex, learningRate, decay: weightDecay)
    }
  }

  private mutating func adam(
    _ weights: inout [Float], _ gradient: [Float], _ range: Range<Int>, _ rate: Float,
    _ beta1: Float = 0.9, _ beta2: Float = 0.999, _ epsilon: Float = 1e-8, decay: Float
  ) {
    prepare(&first, weights.count)
    prepare(&second, weights.count)
    // The moments start at 0; dividing by 1 − βⁿ undoes that bias.
    let correction1 = 1 - Self.power(beta1, steps)
    let correction2 = 1 - Self.power(beta2, steps)
    let kept = 1 - rate * decay
    for i in range {
      let g = gradient[i]
      first[i] = beta1 * first[i] + (1 - beta1) * g
      second[i] = beta2 * second[i] + (1 - beta2) * g * g
      let step = (first[i] / correction1) / ((second[i] / correction2).squareRoot() + epsilon)
      weights[i] = kept * weights[i] - rate * step
    }
  }

  private mutating func muon(
    _ weights: inout [Float], _ gradient: [Float], _ matrix: Matrix, _ rate: Float, _ momentum: Float,
    decay: Float
  ) {
    prepare(&first, weights.count)
    var direction = matrix.range.map { i in
      first[i] = momentum * first[i] + (1 - momentum) * gradient[i]
      return momentum * first[i] + (1 - momentum) * gradient[i]
    }
    matrix.orthogonalize(&direction)
    let kept = 1 - rate * decay
    let step = rate * 0.2 * Float(max(matrix.rows, matrix.columns)).squareRoot()
    for (i, value) in zip(matrix.range, direction) { weights[i] = kept * weights[i] - step * value }
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

/// A kernel as a matrix: output channels by input channels and places.
private struct Matrix {
  let range: Range<Int>
  let rows: Int
  let columns: Int

  init(_ slot: ParameterSlot) {
    range = slot.range
    rows = slot.shape[0]
    columns = slot.count / rows
  }

  /// Brings singular values near 1 by five steps of Newton and Schulz's iteration, with Jordan's polynomial: they end
  /// between 0.7 and 1.2, which serves as well as 1 and takes fewer steps.
  func orthogonalize(_ values: inout [Float]) {
    let norm = Float(values.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot())
    guard norm > 0, norm.isFinite else { return }
    // Gram matrices of the shorter side are smaller.
    let isTall = rows > columns
    var x = isTall ? transposed(values, rows: rows, columns: columns) : values
    let (short, long) = isTall ? (columns, rows) : (rows, columns)
    for i in x.indices { x[i] /= norm + 1e-7 }
    let gramOfRows = MatrixProduct(rows: short, columns: short, inner: long, isTransposed: true)
    let square = MatrixProduct(rows: short, columns: short, inner: short, scale: 2.0315, keeping: -4.7750)
    let product = MatrixProduct(rows: short, columns: long, inner: short, keeping: 3.4445)
    var gram = [Float](repeating: 0, count: short * short)
    for _ in 0..<5 {
      gramOfRows.compute(x, x, into: &gram)
      var polynomial = gram
      square.compute(gram, gram, into: &polynomial)
      var next = x
      product.compute(polynomial, x, into: &next)
      x = next
    }
    values = isTall ? transposed(x, rows: short, columns: long) : x
  }

  private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
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
