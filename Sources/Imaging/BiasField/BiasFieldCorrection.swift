/// N4: the slow change of brightness across a scan, estimated from the scan alone and divided out.
///
/// Tustison et al. 2010, "N4ITK: Improved N3 Bias Correction", doi 10.1109/TMI.2010.2046908. An image is taken
/// as v = u · b with a smooth b. A bias blurs the histogram of log v; iterations alternate between undoing
/// that blur (`IntensitySharpening`), which says what each voxel's log intensity should have been, and
/// approximating the difference by a smooth B-spline field (`SplineLattice`). The lattice gets twice the spans
/// from level to level.
///
/// The defaults are those of the paper's implementation, on every fourth voxel, as it is commonly run.
public struct BiasFieldCorrection: Hashable, Codable, Sendable {
  /// Most iterations of each level; the lattice starts with one span per axis and doubles at each next level.
  public var iterations = [50, 50, 50, 50]
  /// A level ends when the field's ratio to the one before varies by less than this over the mask
  /// (standard deviation / mean).
  public var convergenceThreshold = 0.001
  /// Width of the Gaussian by which the field is taken to blur the histogram: log intensity, full width at
  /// half maximum.
  public var fullWidthAtHalfMaximum = 0.15
  /// Noise term of the Wiener deconvolution.
  public var wienerNoise = 0.01
  /// Bins of the histogram of log intensities.
  public var bins = 200
  /// The field is estimated on every n-th voxel along each axis, and evaluated on all; an axis keeps at least
  /// four voxels. Voxels are picked, not averaged: an average would narrow the histogram that is deconvolved.
  public var shrinkFactor = 4

  public init() {}

  /// The field of a scan, estimated inside a mask.
  ///
  /// - Parameter mask: labels above 0 take part; without one, the voxels above `OtsuThreshold`. Voxels that are
  ///   not above 0 have no logarithm and never take part.
  public func field(of volume: Volume, mask: LabelMap? = nil) throws(IntensityScalingError) -> BiasField {
    precondition(
      mask.map { $0.grid.shape == volume.grid.shape } ?? true, "the mask lies on the grid of the volume")
    let samples = LogSamples(of: volume, mask: mask, shrinkFactor: shrinkFactor)
    guard let first = samples.values.first else { throw .noForeground }
    guard samples.values.contains(where: { $0 != first }) else { throw .constant(Double(first).exponential) }
    var estimate = BiasEstimate(samples: samples)
    for (level, limit) in iterations.enumerated() {
      if level > 0 { estimate.refine() }
      estimate.iterate(atMost: limit, as: self)
    }
    return BiasField(grid: volume.grid, sampling: samples.sampling, lattice: estimate.lattice)
  }

  /// The scan without its field.
  public func callAsFunction(_ volume: Volume, mask: LabelMap? = nil) throws(IntensityScalingError) -> Volume
  {
    try field(of: volume, mask: mask).removed(from: volume)
  }
}

extension BiasFieldCorrection {
  /// Numbers that make no correction are an error here: the value comes from a file.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    iterations = try container.decode([Int].self, forKey: .iterations)
    convergenceThreshold = try container.decode(Double.self, forKey: .convergenceThreshold)
    fullWidthAtHalfMaximum = try container.decode(Double.self, forKey: .fullWidthAtHalfMaximum)
    wienerNoise = try container.decode(Double.self, forKey: .wienerNoise)
    bins = try container.decode(Int.self, forKey: .bins)
    shrinkFactor = try container.decode(Int.self, forKey: .shrinkFactor)
    let possible =
      (1...Self.mostLevels).contains(iterations.count)
      && iterations.allSatisfy((0...Self.mostIterations).contains) && fullWidthAtHalfMaximum > 0
      && wienerNoise > 0 && (3...Self.mostBins).contains(bins)
      && (1...Self.largestShrinkFactor).contains(shrinkFactor)
    guard possible else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription:
            "bias field: 1 to \(Self.mostLevels) levels of 0 to \(Self.mostIterations) iterations, 3 to \(Self.mostBins) bins,"
            + " a width and noise above 0 and a shrink factor from 1 to \(Self.largestShrinkFactor) are needed"
        ))
    }
  }

  /// 64 spans per axis: finer than any bias, and still a lattice of 1 MB.
  private static let mostLevels = 7
  private static let mostBins = 65_536
  /// Of a level, which converges in some tens.
  private static let mostIterations = 10_000
  private static let largestShrinkFactor = 1024
}
