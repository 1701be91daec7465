import Numerics

/// A linear model of each voxel by least squares, and one contrast of it.
public struct VoxelwiseModel: Sendable {
  public let contrast: Contrast
  package let partition: PartitionedDesign

  /// - Throws: `StatisticsError.notEstimable`.
  public init(design: DesignMatrix, contrast: Contrast? = nil) throws(StatisticsError) {
    self.contrast = contrast ?? design.contrast
    partition = try PartitionedDesign(design, self.contrast)
  }

  /// - Parameter columns: independent regressors, one value for each scan.
  /// - Throws: `StatisticsError.notEstimable`.
  public init(columns: [[Double]], contrast: Contrast) throws(StatisticsError) {
    self.contrast = contrast
    partition = try PartitionedDesign(columns: columns, contrast)
  }

  public var degreesOfFreedom: Int { partition.degreesOfFreedom }
  /// Degrees of freedom of the contrast: 1 for t.
  public var testedDegrees: Int { partition.tested.count }

  /// The statistic above which a voxel's p without correction is below a probability; for t, of one tail.
  public func threshold(probability: Double) -> Double {
    let degrees = Double(degreesOfFreedom)
    return TailProbability.threshold(probability) { value in
      contrast.isT
        ? TailProbability.t(value, degrees) : TailProbability.f(value, Double(testedDegrees), degrees)
    }
  }

  /// Fits maps in memory, one array for each scan.
  public func fit(_ maps: [[Float]]) throws(StatisticsError) -> VoxelwiseFit {
    let slabs = try VoxelSlabs(scans: maps.count, voxels: maps.first?.count ?? 0)
    for (scan, map) in maps.enumerated() { slabs.store(map, scan: scan) }
    return fit(replacingByResiduals: slabs)
  }

  /// Fits all voxels. The slabs hold the residuals of the null model afterwards, which is what permutations rearrange.
  package func fit(replacingByResiduals slabs: VoxelSlabs) -> VoxelwiseFit {
    var fit = VoxelwiseFit(voxels: slabs.count * VoxelSlabs.width)
    fit.withTargets { target in
      ParallelLoop.forEach(over: slabs.count, size: 1) { range in
        slabs.withSlab(range.lowerBound) { values in
          self.fit(values, into: target, at: range.lowerBound * VoxelSlabs.width)
        }
      }
    }
    return fit.prefix(slabs.voxels)
  }

  private func fit(
    _ slab: UnsafeMutableBufferPointer<Float>, into target: VoxelwiseFit.Targets, at start: Int
  ) {
    let (width, scans) = (VoxelSlabs.width, slab.count / VoxelSlabs.width)
    var values = slab.map(Double.init)
    var (means, wholes) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for scan in 0..<scans {
      for v in 0..<width {
        let value = values[scan * width + v]
        means[v] += value
        wholes[v] += value * value
      }
    }
    // Twice: what rounding leaves of a large mean is gone too.
    for _ in 0..<2 { for direction in partition.nuisance { Self.remove(direction, from: &values, width) } }
    let tested = partition.tested.map { Self.products($0, values, width) }
    var squares = [Double](repeating: 0, count: width)
    for place in values.indices { squares[place % width] += values[place] * values[place] }
    for v in 0..<width where squares[v] <= Self.constancy * wholes[v] { squares[v] = 0 }
    for place in values.indices { slab[place] = squares[place % width] > 0 ? Float(values[place]) : 0 }
    let (degrees, ranks) = (Double(degreesOfFreedom), Double(tested.count))
    for v in 0..<width {
      let explained = tested.reduce(0) { $0 + $1[v] * $1[v] }
      let residual = squares[v] - explained
      guard residual > Self.rounding * squares[v] else { continue }
      let variance = residual / degrees
      let first = tested[0][v]
      target.statistic[start + v] = Float(
        contrast.isT ? first / variance.squareRoot() : explained / ranks / variance)
      target.effect[start + v] = Float(contrast.isT ? first * partition.effectScale : 0)
      let share = (explained / squares[v]).squareRoot()
      target.partialR[start + v] = Float(contrast.isT && first < 0 ? -share : share)
      target.cohenF2[start + v] = Float(explained / residual)
      target.mean[start + v] = Float(means[v] / Double(scans))
    }
  }

  /// Less than this share of the sum of squares is rounding of a perfect fit.
  private static let rounding = 1e-12
  /// Residuals of a smaller share of the sum of squares are rounding of a voxel that the null model explains.
  private static let constancy = 1e-24

  /// The direction's share in each voxel.
  private static func products(_ direction: [Double], _ values: [Double], _ width: Int) -> [Double] {
    var result = [Double](repeating: 0, count: width)
    for (scan, weight) in direction.enumerated() {
      for v in 0..<width { result[v] += weight * values[scan * width + v] }
    }
    return result
  }

  private static func remove(_ direction: [Double], from values: inout [Double], _ width: Int) {
    let shares = products(direction, values, width)
    for (scan, weight) in direction.enumerated() {
      for v in 0..<width { values[scan * width + v] -= weight * shares[v] }
    }
  }
}
