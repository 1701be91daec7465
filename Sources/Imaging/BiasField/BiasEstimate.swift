import Foundation
import Numerics

/// The current estimate of the field, and the iterations that improve it.
struct BiasEstimate {
  private let samples: LogSamples
  private let indicator: [Float]
  /// The field's logarithm as a spline over the picked voxels.
  private(set) var lattice = SplineLattice(spans: .one)
  /// The field's logarithm at each sample.
  private var field: [Float]

  /// Starts with a field of 1 everywhere.
  init(samples: LogSamples) {
    self.samples = samples
    indicator = samples.indicator
    field = [Float](repeating: 0, count: samples.values.count)
  }

  /// Doubles the number of spans per axis without changing the field.
  mutating func refine() { lattice = lattice.refined() }

  /// Alternates between sharpening the histogram and fitting the field, until the field changes by less than the
  /// threshold or the limit is reached.
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

  /// Returns the difference between each log intensity without the current field and the value that the sharpened
  /// histogram predicts, or `nil` if no contrast is left.
  private func residual(_ settings: BiasFieldCorrection) -> [Float]? {
    let corrected = zip(samples.values, field).map { $0 - $1 }
    guard let sharpening = IntensitySharpening(of: corrected, settings) else { return nil }
    return sharpening.excess(of: corrected)
  }

  private func sampled(_ dense: [Float]) -> [Float] {
    samples.offsets.map { dense[Int($0)] }
  }

  /// Returns the standard deviation divided by the mean of the ratio between two fields, which are given as logarithms.
  private static func variation(from old: [Float], to new: [Float]) -> Double {
    let count = Double(old.count)
    let sums: SIMD2<Double> = ParallelLoop.map(over: old.count, size: sampleSlab) { range -> SIMD2<Double> in
      var (sum, squares) = (0.0, 0.0)
      for index in range {
        // All ratios are near 1. Subtracting 1 first preserves the digits of the variance.
        let change = Double(expm1(old[index] - new[index]))
        sum += change
        squares += change * change
      }
      return SIMD2(sum, squares)
    }.reduce(.zero, +)
    let mean = sums.x / count
    let variance = max(sums.y - count * mean * mean, 0) / max(count - 1, 1)
    return variance.squareRoot() / (1 + mean)
  }

  /// The number of samples per range. A head at every fourth voxel fills about ten ranges.
  static let sampleSlab = 1 << 14
}
