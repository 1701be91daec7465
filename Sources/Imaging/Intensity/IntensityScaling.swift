import Numerics

/// How intensities, which in T1w scans have no unit, are brought to a common scale.
public enum IntensityScaling: Hashable, Codable, Sendable {
  /// The `low`-th and `high`-th percentile of the voxels above 0 become 0 and 1, values outside become 0 or 1.
  ///
  /// Without the cut, the brightest vessels and artefacts reach many times the tissue's contrast.
  case percentile(low: Double, high: Double)
  /// Mean 0 and standard deviation 1 over the foreground: the voxels above the mean of the whole image.
  ///
  /// That threshold separates head from air well enough for a scale, needs no parameter, and moves with any
  /// factor on the intensities.
  case zScore

  /// The first to the 99.5th percentile: of the bright end, fat and vessels alone are cut.
  public static let percentile = IntensityScaling.percentile(low: 1, high: 99.5)

  /// The volume scaled; an image without foreground or contrast is an error.
  public func callAsFunction(_ volume: Volume) throws(IntensityScalingError) -> Volume {
    try scaled(volume, by: OrderStatistics(positive: volume.voxels)) { () throws(IntensityScalingError) in
      try ForegroundMoments(volume.voxels)
    }
  }

  /// The volume scaled by the percentiles, or the mean and deviation, of the voxels inside a mask (labels above
  /// 0), whatever their sign. Voxels outside of it are scaled the same way.
  public func callAsFunction(
    _ volume: Volume, mask: LabelMap
  ) throws(IntensityScalingError) -> Volume {
    let statistics = OrderStatistics(of: volume, mask: mask)
    guard statistics.count > 0 else { throw .noForeground }
    return try scaled(volume, by: statistics) { () throws(IntensityScalingError) in
      try ForegroundMoments(all: statistics.taken)
    }
  }

  /// What the scaling does to an image of which these voxels are a fair sample: `slope * v + offset`, cut to
  /// `range` if there is one.
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

/// Why intensities have no scale.
public enum IntensityScalingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No voxel is above 0 (percentile).
  case noForeground
  /// All foreground voxels have this value.
  case constant(Double)

  public var description: String {
    switch self {
    case .noForeground: "no voxel is above 0; a scan with signal is needed"
    case .constant(let value): "all foreground voxels are \(value); an image with contrast is needed"
    }
  }
}

extension Volume {
  /// `slope·v + offset`, cut to `range` if there is one.
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

/// Mean and standard deviation (of the population) of the voxels above the mean of all, or of all.
struct ForegroundMoments {
  let mean, deviation: Double

  init(_ voxels: [Float]) throws(IntensityScalingError) {
    let all = Self.sum(voxels) { (value: Float) in (1, Double(value)) }
    try self.init(voxels, above: all.sum / max(all.count, 1))
  }

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

  /// Sums over slabs of fixed size, added in order: the same bits whatever the number of cores.
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
