import Numerics

/// Cuts the few voxels that are far brighter or darker than tissue, so that noise and artefacts set no scale.
public enum IntensityClipping: Hashable, Codable, Sendable {
  /// To the `low`-th and `high`-th percentile.
  case percentile(low: Double, high: Double)
  /// To so many robust standard deviations on both sides of the median. The deviation is 1.4826 times the
  /// median distance from the median: that of a normal distribution, and unmoved by up to half of the voxels.
  case deviations(Double)

  /// The range of intensities that stays.
  ///
  /// - Parameter mask: labels above 0 take part; without one, the voxels above 0.
  public func range(
    in volume: Volume, mask: LabelMap? = nil
  ) throws(IntensityScalingError) -> ClosedRange<Float> {
    let statistics = OrderStatistics(of: volume, mask: mask)
    guard let median = statistics.percentile(50) else { throw .noForeground }
    switch self {
    case .percentile(let low, let high):
      guard let dark = statistics.percentile(low), let bright = statistics.percentile(high) else {
        throw .noForeground
      }
      return Float(min(dark, bright))...Float(max(dark, bright))
    case .deviations(let number):
      let distances = OrderStatistics(of: statistics.taken.map { abs($0 - Float(median)) })
      guard let distance = distances.percentile(50) else { throw .noForeground }
      let reach = abs(number) * Self.deviationsPerMedianDistance * distance
      return Float(median - reach)...Float(median + reach)
    }
  }

  /// All voxels of the volume moved into the range, those outside of the mask too.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap? = nil
  ) throws(IntensityScalingError) -> Volume {
    try volume.clipped(to: range(in: volume, mask: mask))
  }

  /// 1 / Φ⁻¹(3/4).
  private static let deviationsPerMedianDistance = 1.482602218505602
}

extension Volume {
  /// Values below or above the range become its bounds.
  public func clipped(to range: ClosedRange<Float>) -> Volume {
    let (low, high) = (range.lowerBound, range.upperBound)
    var result = voxels
    result.withUnsafeMutableBufferPointer { values in
      for index in values.indices { values[index] = min(max(values[index], low), high) }
    }
    return Volume(grid: grid, voxels: result)
  }
}
