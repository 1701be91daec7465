import Foundation
import Numerics

/// The field so far, and one iteration after another.
struct BiasEstimate {
  private let samples: LogSamples
  private let indicator: [Float]
  private(set) var lattice = SplineLattice(spans: .one)
  /// The field's logarithm at each sample.
  private var field: [Float]

  init(samples: LogSamples) {
    self.samples = samples
    indicator = samples.indicator
    field = [Float](repeating: 0, count: samples.values.count)
  }

  /// Twice the spans; the field stays what it is.
  mutating func refine() { lattice = lattice.refined() }

  /// Sharpens and fits until the field changes no more.
  mutating func iterate(atMost limit: Int, as settings: BiasFieldCorrection) {
    let places = samples.sampling.picked
    let fit = SplineFit(at: places, spans: lattice.spans, weights: indicator)
    for _ in 0..<limit {
      let residual = residual(settings)
      guard let residual else { return }
      lattice.add(fit(samples.spread(residual)))
      let next = sampled(lattice.values(at: places))
      let change = Self.variation(from: field, to: next)
      field = next
      if !(change > settings.convergenceThreshold) { return }
    }
  }

  /// How far each log intensity, freed of the field so far, lies above what the sharpened histogram expects;
  /// `nil` where no contrast is left.
  private func residual(_ settings: BiasFieldCorrection) -> [Float]? {
    let corrected = Self.map(samples.values, field) { $0 - $1 }
    guard let sharpening = IntensitySharpening(of: corrected, settings) else { return nil }
    return sharpening.excess(of: corrected)
  }

  private func sampled(_ dense: [Float]) -> [Float] {
    dense.withUnsafeBufferPointer { dense in samples.offsets.map { dense[Int($0)] } }
  }

  /// Standard deviation over mean of the ratio between two fields given as logarithms.
  private static func variation(from old: [Float], to new: [Float]) -> Double {
    let count = Double(old.count)
    let sums: SIMD2<Double> = old.withUnsafeBufferPointer { old in
      new.withUnsafeBufferPointer { new in
        ParallelLoop.map(over: old.count, size: sampleSlab) { range -> SIMD2<Double> in
          var (sum, squares) = (0.0, 0.0)
          for index in range {
            // Near 1 in all: subtracting it first keeps the digits of the variance.
            let change = Double(expm1(old[index] - new[index]))
            sum += change
            squares += change * change
          }
          return SIMD2(sum, squares)
        }.reduce(.zero, +)
      }
    }
    let mean = sums.x / count
    let variance = max(sums.y - count * mean * mean, 0) / max(count - 1, 1)
    return variance.squareRoot() / (1 + mean)
  }

  private static func map(_ a: [Float], _ b: [Float], _ body: (Float, Float) -> Float) -> [Float] {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in a.indices.map { body(a[$0], b[$0]) } }
    }
  }

  /// Samples in one task: a head at every fourth voxel has some ten of them.
  static let sampleSlab = 1 << 14
}
