import Foundation
import Imaging
import Numerics

/// What a scanner does to a head: blur, sampling, shading, ghosts, noise, and its grey scale.
public struct AcquisitionPrior: Hashable, Codable, Sendable {
  /// Of images that have the network's own voxels.
  public var ownGridShare = 0.55
  /// Of the others: thick slices along one axis; the rest have larger voxels along all axes.
  public var thickSliceShare = 0.7
  /// Voxel size along the axes, in mm; the square root of its place between the two is uniform, because most scans
  /// that are segmented have voxels of little more than 1 mm.
  public var thickness = 1.0...3.0
  /// Standard deviation of the point spread, in voxels of the scanner: 0.42 is a width of one voxel at half the
  /// height. Label maps have no voxels of mixed content, so that a sharper scanner would draw steps.
  public var blur = 0.35...0.8
  public var biasProbability = 0.9
  /// Largest |logarithm| of the bias field's control values.
  public var bias = 0.5
  /// Distance of the bias field's control points, in mm.
  public var biasSpacing = 40.0...120.0
  /// Standard deviation of the noise in the scanner's voxels, of white matter's intensity; it is drawn between
  /// them by its logarithm.
  public var noise = 0.004...0.09
  /// Of images whose noise is Rician, as of magnitude images; that of the others is Gaussian.
  public var ricianShare = 0.75
  public var ghostProbability = 0.04
  /// Largest strength of a ghost, of the image.
  public var ghost = 0.08
  public var gammaProbability = 0.5
  /// Largest |logarithm| of the exponent.
  public var gamma = 0.35
  /// Of images in which air is exactly 0, as some scanners and programs leave it.
  public var blackAirShare = 0.25
  /// Standard deviation of the logarithm of an error of the intensity scale, which a patch makes less exactly
  /// than a whole image does.
  public var scaleJitter = 0.03

  public init() {}

  /// The network's own voxels, no blur, shade or noise.
  package static let perfect: AcquisitionPrior = {
    var perfect = AcquisitionPrior()
    perfect.ownGridShare = 1
    perfect.blur = 0...0
    perfect.biasProbability = 0
    perfect.noise = 0...0
    perfect.ghostProbability = 0
    perfect.gammaProbability = 0
    perfect.blackAirShare = 0
    perfect.scaleJitter = 0
    return perfect
  }()
}

extension AcquisitionPrior {
  /// Draws one scanner for heads on a grid.
  func draw(on grid: Grid, using generator: inout some RandomNumberGenerator) -> Acquisition {
    var result = Acquisition()
    let spacing = grid.affine.spacing
    setSamples(&result, spacing, using: &generator)
    let blur = Double.random(in: blur, using: &generator)
    result.deviation = result.step * blur
    if generator.isHit(biasProbability) {
      let reach = Double.random(in: 0...bias, using: &generator)
      let distance = Double.random(in: biasSpacing, using: &generator)
      // Factors, not logarithms, are interpolated: still smooth and above 0, and no exponential per voxel.
      result.bias = SplineField(covering: grid.shape, spacing: distance / spacing) {
        Float(exp(Double.random(in: -reach...reach, using: &generator)))
      }
    }
    let (low, high) = (noise.lowerBound, noise.upperBound)
    let share = Double.random(in: 0...1, using: &generator)
    result.noise = low > 0 ? Float(low * pow(high / low, share)) : Float(high * share)
    result.isRician = generator.isHit(ricianShare)
    result.seed = generator.next()
    if generator.isHit(ghostProbability) {
      let axis = Int.random(in: 0..<3, using: &generator)
      let shift = Double.random(in: 0.15...0.5, using: &generator) * Double(grid.shape[axis])
      let strength = Double.random(in: 0...ghost, using: &generator)
      result.ghost = .init(axis: axis, shift: Int(shift), strength: Float(strength))
    }
    let isCurved = generator.isHit(gammaProbability)
    let exponent = Double.random(in: -gamma...gamma, using: &generator)
    if isCurved { result.gamma = Float(exp(exponent)) }
    result.isAirBlack = generator.isHit(blackAirShare)
    return result
  }

  private func setSamples(
    _ result: inout Acquisition, _ spacing: SIMD3<Double>, using generator: inout some RandomNumberGenerator
  ) {
    guard !generator.isHit(ownGridShare) else { return }
    let isThick = generator.isHit(thickSliceShare)
    let axis = Int.random(in: 0..<3, using: &generator)
    for n in 0..<3 {
      let share = Double.random(in: 0...1, using: &generator)
      let size = thickness.lowerBound + (thickness.upperBound - thickness.lowerBound) * share * share
      // In the plane of thick slices voxels are near the thinnest.
      let inPlane = min(thickness.lowerBound, size)
      result.step[n] = max(1, (isThick && n != axis ? inPlane : size) / spacing[n])
      result.phase[n] = Double.random(in: 0..<1, using: &generator) * result.step[n]
    }
  }
}
