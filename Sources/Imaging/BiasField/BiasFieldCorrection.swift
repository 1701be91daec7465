import Foundation
import Numerics

/// The bias field correction N4, which estimates slow changes of brightness from the scan alone and divides them out.
///
/// Method: Tustison et al. 2010, "N4ITK: Improved N3 Bias Correction", doi 10.1109/TMI.2010.2046908. An image is
/// modelled as v = u · b with a smooth field b. The field blurs the histogram of log v. Each iteration removes that
/// blur (`IntensitySharpening`), which predicts each voxel's log intensity without the field, and then approximates the
/// differences by a smooth B-spline (`SplineLattice`). The number of spans of the lattice doubles from level to level.
///
/// The defaults are those of the paper's implementation with a shrink factor of 4, as it is commonly run.
public struct BiasFieldCorrection: Hashable, Codable, Sendable {
  /// The largest number of iterations of each level. The first level has one span per axis.
  public var iterations = [50, 50, 50, 50]
  /// A level ends when the ratio between successive fields has a coefficient of variation (standard deviation / mean)
  /// over the mask below this value.
  public var convergenceThreshold = 0.001
  /// The full width at half maximum of the Gaussian by which the field blurs the histogram, in units of log intensity.
  public var fullWidthAtHalfMaximum = 0.15
  /// The noise term of the Wiener deconvolution.
  public var wienerNoise = 0.01
  /// The number of bins of the histogram of log intensities.
  public var bins = 200
  /// The field is estimated on every n-th voxel along each axis and evaluated on all voxels. An axis keeps at least
  /// four voxels. Voxels are picked and not averaged, because averages would narrow the histogram that is deconvolved.
  public var shrinkFactor = 4

  /// Makes a correction with the default settings.
  public init() {}

  /// Returns the field of a scan.
  /// - Parameters:
  ///   - volume: The scan. Voxels that are not above 0 have no logarithm and are never used.
  ///   - mask: The voxels to use: labels above 0. Without a mask, the voxels above `OtsuThreshold` are used.
  /// - Throws: `IntensityScalingError` if no voxel can be used or all have one value.
  public func field(of volume: Volume, mask: LabelMap? = nil) throws(IntensityScalingError) -> BiasField {
    precondition(
      mask.map { $0.grid.shape == volume.grid.shape } ?? true, "the mask must lie on the grid of the volume")
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

  /// Returns the scan divided by its field.
  /// - Throws: `IntensityScalingError` if no voxel can be used or all have one value.
  public func callAsFunction(_ volume: Volume, mask: LabelMap? = nil) throws(IntensityScalingError) -> Volume
  {
    try field(of: volume, mask: mask).removed(from: volume)
  }
}

extension BiasFieldCorrection {
  /// Decodes the settings. Values that allow no correction are an error, because they come from a file.
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

  /// The largest number of levels: 64 spans per axis are finer than any bias field, and the lattice still takes 1 MB.
  private static let mostLevels = 7
  private static let mostBins = 65_536
  /// The largest number of iterations per level. A level usually converges within some tens.
  private static let mostIterations = 10_000
  private static let largestShrinkFactor = 1024
}

/// The bias field of a scan: the smooth factor by which intensities are multiplied, on the grid of the scan.
public struct BiasField: Sendable {
  /// The grid of the scan.
  public let grid: Grid
  let sampling: GridSampling
  let lattice: SplineLattice

  /// Returns the natural logarithm of the factor at each voxel.
  ///
  /// Beyond the outermost voxels that were used for the estimate, the value at the edge of the lattice is repeated,
  /// because an extrapolated cubic would diverge.
  public func logarithm() -> Volume {
    Volume(grid: grid, voxels: lattice.values(at: sampling.everyVoxel))
  }

  /// Returns the volume divided by the factor.
  /// - Precondition: The volume lies on the field's grid.
  public func removed(from volume: Volume) -> Volume { multiplied(volume, sign: -1) }

  /// Returns the volume multiplied by the factor. This is the inverse of `removed(from:)`.
  public func applied(to volume: Volume) -> Volume { multiplied(volume, sign: 1) }

  private func multiplied(_ volume: Volume, sign: Float) -> Volume {
    precondition(volume.grid.shape == grid.shape, "the volume must lie on the grid of the field")
    var result = logarithm()
    volume.voxels.withUnsafeBufferPointer { source in
      result.voxels.withUnsafeMutableBufferPointer { values in
        // Each range writes only its own elements.
        nonisolated(unsafe) let values = values
        ParallelLoop.forEach(over: values.count) { range in
          for index in range { values[index] = source[index] * exp(sign * values[index]) }
        }
      }
    }
    return Volume(grid: volume.grid, voxels: result.voxels)
  }
}

extension Double {
  /// The exponential function of the number.
  var exponential: Double { exp(self) }
}
