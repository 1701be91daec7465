import Numerics

/// The scaling of intensities, which have no unit in T1w scans, to a common scale.
public enum IntensityScaling: Hashable, Codable, Sendable {
  /// Maps the `low`-th and the `high`-th percentile of the voxels above 0 to 0 and 1. Values outside are clipped to 0
  /// and 1, because the brightest vessels and artefacts can exceed the contrast of tissue many times.
  case percentile(low: Double, high: Double)
  /// Maps the foreground to mean 0 and standard deviation 1. The foreground are the voxels above the mean of the entire
  /// image.
  ///
  /// This threshold separates head and air well enough for a scale, needs no parameter, and is invariant to a factor on
  /// the intensities.
  case zScore

  /// The range from the first to the 99.5th percentile, which clips only fat and vessels at the bright end.
  public static let percentile = IntensityScaling.percentile(low: 1, high: 99.5)

  /// Returns the scaled volume.
  /// - Throws: `IntensityScalingError` if the image has no foreground or no contrast.
  public func callAsFunction(_ volume: Volume) throws(IntensityScalingError) -> Volume {
    try scaled(volume, by: OrderStatistics(positive: volume.voxels)) { () throws(IntensityScalingError) in
      try ForegroundMoments(volume.voxels)
    }
  }

  /// Returns the volume scaled by the percentiles, or by the mean and deviation, of the voxels inside a mask (labels
  /// above 0), whatever their sign. Voxels outside the mask are scaled in the same way.
  /// - Throws: `IntensityScalingError` if the mask has no voxel or no contrast.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap
  ) throws(IntensityScalingError) -> Volume {
    let statistics = OrderStatistics(of: volume, mask: mask)
    guard statistics.count > 0 else { throw .noForeground }
    return try scaled(volume, by: statistics) { () throws(IntensityScalingError) in
      try ForegroundMoments(all: statistics.taken)
    }
  }

  /// Returns the linear map of an image of which the given voxels are a representative sample: `slope * v + offset`,
  /// clipped to `range` if there is one.
  /// - Throws: `IntensityScalingError` if the sample has no foreground or no contrast.
  package func scale(
    of voxels: [Float]
  ) throws(IntensityScalingError) -> (slope: Double, offset: Double, range: ClosedRange<Float>?) {
    try scale(by: OrderStatistics(positive: voxels)) { () throws(IntensityScalingError) in
      try ForegroundMoments(voxels)
    }
  }

  private func scaled(
    _ volume: Volume, by ranks: @autoclosure () -> OrderStatistics,
    moments: () throws(IntensityScalingError) -> ForegroundMoments
  ) throws(IntensityScalingError) -> Volume {
    let scale = try scale(by: ranks(), moments: moments)
    return volume.mapped(slope: scale.slope, offset: scale.offset, onto: scale.range)
  }

  private func scale(
    by ranks: @autoclosure () -> OrderStatistics,
    moments: () throws(IntensityScalingError) -> ForegroundMoments
  ) throws(IntensityScalingError) -> (slope: Double, offset: Double, range: ClosedRange<Float>?) {
    switch self {
    case .percentile(let low, let high):
      let statistics = ranks()
      guard let dark = statistics.percentile(low), let bright = statistics.percentile(high) else {
        throw .noForeground
      }
      guard bright > dark else { throw .constant(dark) }
      return (1 / (bright - dark), -dark / (bright - dark), 0...1)
    case .zScore:
      let foreground = try moments()
      let deviation = foreground.deviation
      return (1 / deviation, -foreground.mean / deviation, nil)
    }
  }
}

/// A reason why intensities cannot be scaled.
public enum IntensityScalingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No voxel is above 0.
  case noForeground
  /// All foreground voxels have this value.
  case constant(Double)

  /// A phrase for the user: what was found and what is needed.
  public var description: String {
    switch self {
    case .noForeground: "no voxel is above 0; a scan with signal is needed"
    case .constant(let value): "all foreground voxels are \(value); an image with contrast is needed"
    }
  }
}

extension Volume {
  /// Returns the volume mapped by `slope·v + offset` and clipped to `range` if there is one.
  fileprivate func mapped(slope: Double, offset: Double, onto range: ClosedRange<Float>?) -> Volume {
    let (slope, offset) = (Float(slope), Float(offset))
    let (low, high) = (range?.lowerBound ?? -.infinity, range?.upperBound ?? .infinity)
    let result = voxels.withUnsafeBufferPointer { source in
      [Float](unsafeUninitializedCapacity: source.count) { output, filled in
        ParallelLoop.forEach(over: source.count) { range in
          for index in range { output[index] = min(max(slope * source[index] + offset, low), high) }
        }
        filled = source.count
      }
    }
    return Volume(grid: grid, voxels: result)
  }
}

/// The mean and the standard deviation (of the population) of the foreground, or of all voxels.
struct ForegroundMoments {
  /// The mean and the standard deviation of the selected voxels.
  let mean, deviation: Double

  /// Measures the voxels above the mean of all.
  init(_ voxels: [Float]) throws(IntensityScalingError) {
    let all = Self.sum(voxels) { (value: Float) in (1, Double(value)) }
    try self.init(voxels, above: all.sum / max(all.count, 1))
  }

  /// Measures all voxels.
  init(all voxels: [Float]) throws(IntensityScalingError) {
    try self.init(voxels, above: -.infinity)
  }

  private init(_ voxels: [Float], above threshold: Double) throws(IntensityScalingError) {
    let above = Self.sum(voxels) { Double($0) > threshold ? (1, Double($0)) : (0, 0) }
    guard above.count > 0 else { throw .constant(threshold) }
    let mean = above.sum / above.count
    let squares = Self.sum(voxels) { value in
      let difference = Double(value) - mean
      return Double(value) > threshold ? (1, difference * difference) : (0, 0)
    }
    guard squares.sum > 0 else { throw .constant(mean) }
    self.mean = mean
    deviation = (squares.sum / squares.count).squareRoot()
  }

  /// Returns sums over ranges of fixed size, added in order. They have the same bits for any number of threads.
  @inline(__always)
  private static func sum(
    _ voxels: [Float], _ term: (Float) -> (count: Double, sum: Double)
  ) -> (count: Double, sum: Double) {
    let total = voxels.withUnsafeBufferPointer { voxels in
      ParallelLoop.map(over: voxels.count) { range -> SIMD2<Double> in
        var (count, sum) = (0.0, 0.0)
        for index in range {
          let (one, value) = term(voxels[index])
          count += one
          sum += value
        }
        return SIMD2(count, sum)
      }.reduce(SIMD2<Double>.zero, +)
    }
    return (total.x, total.y)
  }
}
