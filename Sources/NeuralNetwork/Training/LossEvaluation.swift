import Foundation
import Numerics

/// The value and the gradient of a loss for one output.
///
/// Two passes over chunks of voxels compute sums and then gradients. Chunks have a fixed size, and their sums are added
/// in order, so that the result does not depend on the number of threads.
struct LossEvaluation {
  private let loss: Loss
  private let head: Head
  private let batch, channels, voxels, threads: Int

  /// The number of voxels of a chunk. Its probabilities, targets and gradients of a few channels fit into the cache.
  private static let chunkLength = 4096

  /// Prepares the evaluation of a loss for outputs of shape [N, C, D, H, W].
  init(_ loss: Loss, head: Head, shape: [Int], threads: Int) {
    for entry in loss.terms {
      switch entry.term {
      case .crossEntropy: precondition(head == .softmax, "cross entropy needs a softmax")
      case .binaryCrossEntropy: precondition(head == .sigmoid, "binary cross entropy needs a sigmoid")
      case .softDice, .meanSquaredError: break
      }
    }
    self.loss = loss
    self.head = head
    batch = shape[0]
    channels = shape[1]
    voxels = shape[2...].reduce(1, *)
    self.threads = threads
  }

  /// A range of voxels of one sample.
  private struct Chunk {
    var sample: Int
    var range: Range<Int>
  }

  /// The sums over a chunk for each channel. Those of entropies and squares are over all channels.
  private struct Sums {
    var product, output, target: [Double]
    var crossEntropy = 0.0
    var binaryCrossEntropy = 0.0
    var squares = 0.0

    init(channels: Int) {
      product = Array(repeating: 0, count: channels)
      output = product
      target = product
    }

    mutating func add(_ other: Sums) {
      for c in product.indices {
        product[c] += other.product[c]
        output[c] += other.output[c]
        target[c] += other.target[c]
      }
      crossEntropy += other.crossEntropy
      binaryCrossEntropy += other.binaryCrossEntropy
      squares += other.squares
    }
  }

  /// Computes the loss and its gradient.
  /// - Parameters:
  ///   - output: The output [N, C, S].
  ///   - target: The target.
  ///   - gradient: The gradient [N, C, S] with respect to the input of the head, which is written.
  /// - Returns: The loss.
  func run(
    output: UnsafeBufferPointer<Float>, target: Target, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    check(target)
    let chunks = (0..<batch).flatMap { sample in
      stride(from: 0, to: voxels, by: Self.chunkLength).map {
        Chunk(sample: sample, range: $0..<min($0 + Self.chunkLength, voxels))
      }
    }
    let partial = ParallelLoop.map(chunks, threads: threads) { sums(of: $0, output, target) }
    var samples = Array(repeating: Sums(channels: channels), count: batch)
    for (chunk, sums) in zip(chunks, partial) { samples[chunk.sample].add(sums) }
    _ = ParallelLoop.map(chunks, threads: threads) {
      writeGradient(of: $0, output, target, samples[$0.sample], gradient)
    }
    return value(samples)
  }

  /// Checks the number of elements of a target.
  private func check(_ target: Target) {
    switch target {
    case .values(let values):
      precondition(values.count == batch * channels * voxels, "a target needs one value for each output")
    case .classes(let classes):
      precondition(classes.count == batch * voxels, "a target needs one class for each voxel")
    }
  }

  // MARK: Value

  /// Returns the loss from the sums of all samples.
  private func value(_ samples: [Sums]) -> Double {
    let elements = Double(batch * channels * voxels)
    return loss.terms.reduce(0) { total, entry in
      let term: Double =
        switch entry.term {
        case .crossEntropy: samples.reduce(0) { $0 + $1.crossEntropy } / Double(batch * voxels)
        case .binaryCrossEntropy: samples.reduce(0) { $0 + $1.binaryCrossEntropy } / elements
        case .meanSquaredError: samples.reduce(0) { $0 + $1.squares } / elements
        case .softDice(let includingBackground, let smoothing):
          diceLoss(samples, from: firstChannel(includingBackground), smoothing: Double(smoothing))
        }
      return total + Double(entry.weight) * term
    }
  }

  /// Returns the first channel of a Dice term. A single channel is always a foreground.
  private func firstChannel(_ includingBackground: Bool) -> Int {
    includingBackground || head != .softmax || channels == 1 ? 0 : 1
  }

  private func diceLoss(_ samples: [Sums], from first: Int, smoothing: Double) -> Double {
    var total = 0.0
    for sums in samples {
      for c in first..<channels {
        total += 1 - (2 * sums.product[c] + smoothing) / (sums.output[c] + sums.target[c] + smoothing)
      }
    }
    return total / Double(batch * (channels - first))
  }

  /// Returns the sums over a chunk.
  private func sums(of chunk: Chunk, _ output: UnsafeBufferPointer<Float>, _ target: Target) -> Sums {
    var sums = Sums(channels: channels)
    let count = chunk.range.count
    let terms = Set(loss.terms.map(\.term))
    var goal = [Float](repeating: 0, count: count)
    var right = [Float](repeating: 0, count: count)
    for c in 0..<channels {
      let p = plane(output, chunk, c)
      fill(&goal, from: target, chunk, channel: c)
      let (product, total, wanted) = Self.dots(p, goal)
      sums.product[c] = Double(product)
      sums.output[c] = Double(total)
      sums.target[c] = Double(wanted)
      if terms.contains(.crossEntropy) { for i in 0..<count { right[i] += p[i] * goal[i] } }
      if terms.contains(.meanSquaredError) {
        var squares: Float = 0
        for i in 0..<count { squares += (p[i] - goal[i]) * (p[i] - goal[i]) }
        sums.squares += Double(squares)
      }
      if terms.contains(.binaryCrossEntropy) {
        for i in 0..<count {
          let (p, t) = (Double(p[i]), Double(goal[i]))
          sums.binaryCrossEntropy -= t * log(max(p, Self.tiny)) + (1 - t) * log(max(1 - p, Self.tiny))
        }
      }
    }
    if terms.contains(.crossEntropy) {
      // For one-hot targets, which classes are, Σ t ln p = ln Σ t p.
      for i in 0..<count { sums.crossEntropy -= Double(logf(max(right[i], Float(Self.tiny)))) }
    }
    return sums
  }

  /// A lower limit that keeps the logarithms of the reported value finite. Gradients do not use it.
  private static let tiny = 1e-30

  /// Returns the sums Σ p t, Σ p and Σ t of a chunk.
  private static func dots(
    _ p: UnsafeBufferPointer<Float>, _ t: [Float]
  ) -> (product: Float, output: Float, target: Float) {
    var product = SIMD16<Float>.zero
    var output = SIMD16<Float>.zero
    var target = SIMD16<Float>.zero
    let whole = p.count / 16 * 16
    let output16 = UnsafeRawBufferPointer(p)
    t.withUnsafeBytes { target16 in
      for i in stride(from: 0, to: whole, by: 16) {
        let offset = i * MemoryLayout<Float>.stride
        let a = output16.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        let b = target16.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        product += a * b
        output += a
        target += b
      }
    }
    var sums = (product.sum(), output.sum(), target.sum())
    for i in whole..<p.count {
      sums = (sums.0 + p[i] * t[i], sums.1 + p[i], sums.2 + t[i])
    }
    return sums
  }

  // MARK: Gradient

  /// Writes the gradient of a chunk.
  private func writeGradient(
    of chunk: Chunk, _ output: UnsafeBufferPointer<Float>, _ target: Target, _ sums: Sums,
    _ gradient: UnsafeMutableBufferPointer<Float>
  ) {
    let count = chunk.range.count
    var goal = [Float](repeating: 0, count: count)
    // The sum Σ_k p_k g_k of each voxel, for the Jacobian of the softmax.
    var dot = [Float](repeating: 0, count: count)
    let scales = GradientScales(self, sums)
    for c in 0..<channels {
      let p = plane(output, chunk, c)
      let g = mutablePlane(gradient, chunk, c)
      fill(&goal, from: target, chunk, channel: c)
      let (base, perTarget, square) = (scales.base[c], scales.perTarget[c], scales.square)
      for i in 0..<count { g[i] = base + perTarget * goal[i] + square * (p[i] - goal[i]) }
      if head == .softmax { for i in 0..<count { dot[i] += p[i] * g[i] } }
    }
    for c in 0..<channels {
      let p = plane(output, chunk, c)
      let g = mutablePlane(gradient, chunk, c)
      switch head {
      case .identity: continue
      case .softmax: for i in 0..<count { g[i] = p[i] * (g[i] - dot[i]) }
      case .sigmoid: for i in 0..<count { g[i] *= p[i] * (1 - p[i]) }
      }
      guard scales.entropy != 0 else { continue }
      fill(&goal, from: target, chunk, channel: c)
      for i in 0..<count { g[i] += scales.entropy * (p[i] - goal[i]) }
    }
  }

  /// The coefficients of the gradient: dL/dp = base + perTarget·t + square·(p − t) per channel, and entropy·(p − t)
  /// with respect to the input of the head.
  private struct GradientScales {
    var base, perTarget: [Float]
    var square: Float = 0
    var entropy: Float = 0

    init(_ evaluation: LossEvaluation, _ sums: Sums) {
      let (batch, channels, voxels) = (evaluation.batch, evaluation.channels, evaluation.voxels)
      base = Array(repeating: 0, count: channels)
      perTarget = base
      for entry in evaluation.loss.terms {
        switch entry.term {
        case .crossEntropy: entropy += entry.weight / Float(batch * voxels)
        case .binaryCrossEntropy: entropy += entry.weight / Float(batch * channels * voxels)
        case .meanSquaredError: square += 2 * entry.weight / Float(batch * channels * voxels)
        case .softDice(let includingBackground, let smoothing):
          let first = evaluation.firstChannel(includingBackground)
          let smoothing = Double(smoothing)
          let weight = Double(entry.weight) / Double(batch * (channels - first))
          for c in first..<channels {
            let below = sums.output[c] + sums.target[c] + smoothing
            base[c] += Float(weight * (2 * sums.product[c] + smoothing) / (below * below))
            perTarget[c] -= Float(weight * 2 / below)
          }
        }
      }
    }
  }

  // MARK: Access

  /// Returns the output of a chunk in one channel.
  private func plane(
    _ output: UnsafeBufferPointer<Float>, _ chunk: Chunk, _ channel: Int
  ) -> UnsafeBufferPointer<Float> {
    let start = (chunk.sample * channels + channel) * voxels
    return UnsafeBufferPointer(
      rebasing: output[start + chunk.range.lowerBound..<start + chunk.range.upperBound])
  }

  /// Returns the gradient of a chunk in one channel.
  private func mutablePlane(
    _ gradient: UnsafeMutableBufferPointer<Float>, _ chunk: Chunk, _ channel: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    let start = (chunk.sample * channels + channel) * voxels
    return UnsafeMutableBufferPointer(
      rebasing: gradient[start + chunk.range.lowerBound..<start + chunk.range.upperBound])
  }

  /// Writes the target of a chunk in one channel.
  private func fill(_ goal: inout [Float], from target: Target, _ chunk: Chunk, channel: Int) {
    switch target {
    case .values(let values):
      let start = (chunk.sample * channels + channel) * voxels + chunk.range.lowerBound
      goal.replaceSubrange(goal.indices, with: values[start..<start + goal.count])
    case .classes(let classes):
      let start = chunk.sample * voxels + chunk.range.lowerBound
      let own = UInt8(truncatingIfNeeded: channel)
      classes.withUnsafeBufferPointer { classes in
        goal.withUnsafeMutableBufferPointer { goal in
          for i in goal.indices { goal[i] = classes[start + i] == own ? 1 : 0 }
        }
      }
    }
  }
}
