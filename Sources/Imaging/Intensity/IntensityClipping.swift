import Numerics

/// The clipping of intensities that are far brighter or darker than tissue, so that noise and artefacts do not
/// determine the scale.
public enum IntensityClipping: Hashable, Codable, Sendable {
  /// Clips to the `low`-th and the `high`-th percentile.
  case percentile(low: Double, high: Double)
  /// Clips to the given number of robust standard deviations on both sides of the median. The robust deviation is
  /// 1.4826 times the median distance from the median. It equals the standard deviation of a normal distribution, and
  /// up to half of the voxels can be outliers without an effect on its order of magnitude.
  case deviations(Double)

  /// Returns the range of intensities that is kept.
  /// - Parameters:
  ///   - volume: The scan.
  ///   - mask: The voxels to measure: labels above 0. Without a mask, the voxels above 0 are measured.
  /// - Throws: `IntensityScalingError.noForeground` if no voxel can be measured.
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

  /// Returns the volume with all voxels clipped to the range, including those outside the mask.
  /// - Throws: `IntensityScalingError.noForeground` if no voxel can be measured.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap? = nil
  ) throws(IntensityScalingError) -> Volume {
    try volume.clipped(to: range(in: volume, mask: mask))
  }

  /// The factor 1 / Φ⁻¹(3/4).
  private static let deviationsPerMedianDistance = 1.482602218505602
}

extension Volume {
  /// Returns the volume with values below and above the range replaced by its bounds.
  public func clipped(to range: ClosedRange<Float>) -> Volume {
    let (low, high) = (range.lowerBound, range.upperBound)
    return Volume(grid: grid, voxels: voxels.map { min(max($0, low), high) })
  }
}

extension OrderStatistics {
  /// Counts the voxels with a label above 0 or, without a mask, the voxels with a value above 0.
  /// - Precondition: The mask lies on the grid of the volume.
  init(of volume: Volume, mask: LabelMap?) {
    precondition(
      mask.map { $0.grid.shape == volume.grid.shape } ?? true, "the mask must lie on the grid of the volume")
    guard let mask else {
      self.init(of: volume.voxels.filter { $0 > 0 })
      return
    }
    self.init(of: zip(volume.voxels, mask.labels).compactMap { $1 > 0 ? $0 : nil })
  }
}
