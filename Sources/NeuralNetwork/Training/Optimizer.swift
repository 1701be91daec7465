/// An optimizer with its configuration and its state.
public struct Optimizer: Sendable {
  /// The update rule. Only AdamW decouples weight decay from the gradient.
  public enum Rule: Hashable, Codable, Sendable {
    /// Gradient descent: w ← w − η g or, with momentum μ, v ← μ v + g and w ← w − η v.
    case gradientDescent(momentum: Float = 0)
    /// Adam (Kingma and Ba 2015, arXiv 1412.6980).
    case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
    /// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101): w ← w − η λ w before Adam's step.
    case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01)
    /// Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks").
    ///
    /// Each kernel of a hidden layer is a matrix of output channels by input channels and positions. Its step has the
    /// direction of the orthogonal matrix nearest to its Nesterov momentum. The length, 0.2 η √max(rows, columns) for
    /// singular values of 1, is that of usual AdamW steps, so that a learning rate has the same meaning (Liu et al.
    /// 2025, arXiv 2502.16982). The first and the last kernel, biases, scales and shifts follow AdamW.
    case muon(momentum: Float = 0.95, weightDecay: Float = 0.01)
  }

  /// The update rule.
  public let rule: Rule
  /// The number of steps taken.
  public private(set) var steps: Int
  /// The momentum or first moments. The array is empty before the first step, and for rules without them.
  public private(set) var first: [Float]
  /// The second moments. The array is empty before the first step, and for rules without them.
  public private(set) var second: [Float]

  /// Makes an optimizer before its first step.
  public init(_ rule: Rule) { self.init(rule, steps: 0, first: [], second: []) }

  /// Makes an optimizer that continues from a saved state.
  public init(_ rule: Rule, steps: Int, first: [Float], second: [Float]) {
    self.rule = rule
    self.steps = steps
    self.first = first
    self.second = second
  }

  /// Takes one step of a network's parameters at a learning rate η.
  public mutating func update(_ parameters: inout Parameters, gradient: [Float], learningRate: Float) {
    let kernels = parameters.slots.filter { $0.role == .weight }
    update(
      &parameters.values, gradient: gradient, learningRate: learningRate,
      matrices: kernels.dropFirst().dropLast().map { KernelMatrix($0) })
  }

  /// Takes one step, at a learning rate η, of weights that are not matrices.
  public mutating func update(_ weights: inout [Float], gradient: [Float], learningRate: Float) {
    update(&weights, gradient: gradient, learningRate: learningRate, matrices: [])
  }

  private mutating func update(
    _ weights: inout [Float], gradient: [Float], learningRate: Float, matrices: [KernelMatrix]
  ) {
    precondition(weights.count == gradient.count, "each weight needs one gradient")
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

  /// Takes Adam's step for a range of weights.
  private mutating func adam(
    _ weights: inout [Float], _ gradient: [Float], _ range: Range<Int>, _ rate: Float,
    _ beta1: Float = 0.9, _ beta2: Float = 0.999, _ epsilon: Float = 1e-8, decay: Float
  ) {
    prepare(&first, weights.count)
    prepare(&second, weights.count)
    // The moments start at 0. Dividing by 1 − βⁿ removes that bias.
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

  /// Takes Muon's step for the kernel of one layer.
  private mutating func muon(
    _ weights: inout [Float], _ gradient: [Float], _ matrix: KernelMatrix, _ rate: Float, _ momentum: Float,
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

  /// Makes an array of moments that are 0, unless it exists.
  private func prepare(_ moments: inout [Float], _ count: Int) {
    if moments.count != count { moments = Array(repeating: 0, count: count) }
  }

  /// Returns βⁿ in double precision, in which 1 − 0.999ⁿ keeps its digits.
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

/// The matrix form of a kernel: output channels by input channels and positions.
private struct KernelMatrix {
  let range: Range<Int>
  let rows: Int
  let columns: Int

  /// Makes the matrix of a slot.
  init(_ slot: ParameterSlot) {
    range = slot.range
    rows = slot.shape[0]
    columns = slot.count / rows
  }

  /// Brings the singular values near 1 by five steps of the Newton-Schulz iteration with Jordan's polynomial. They end
  /// between 0.7 and 1.2, which is sufficient and takes fewer steps than convergence to 1.
  func orthogonalize(_ values: inout [Float]) {
    let norm = Float(values.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot())
    guard norm > 0, norm.isFinite else { return }
    // The Gram matrix of the shorter side is smaller.
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

  /// Returns the transpose of a row-major matrix.
  private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }
}

extension [Float] {
  /// Scales a gradient to the Euclidean norm `limit` if it is longer (Pascanu, Mikolov and Bengio 2013, arXiv
  /// 1211.5063).
  /// - Returns: The norm before scaling.
  @discardableResult
  public mutating func clipNorm(to limit: Float) -> Float {
    let norm = Float(reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot())
    guard norm > limit, norm.isFinite else { return norm }
    for i in indices { self[i] *= limit / norm }
    return norm
  }
}
