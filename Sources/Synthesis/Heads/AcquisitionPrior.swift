import Foundation
import Imaging
import Numerics

/// The prior distribution of acquisitions: blur, sampling, bias field, ghosts, noise and gray scale.
public struct AcquisitionPrior: Hashable, Codable, Sendable {
  /// Share of images with the network's own voxel size.
  public var ownGridShare = 0.55
  /// Share of thick slices along one axis among the others; the rest have larger voxels along all axes.
  public var thickSliceShare = 0.7
  /// Voxel size along an axis, in mm. The square root of its position in the range is uniformly distributed, because
  /// most scans have voxels of little more than 1 mm.
  public var thickness = 1.0...3.0
  /// Standard deviation of the point spread function, in acquired voxels; 0.42 is a full width at half maximum of one
  /// voxel. Label maps have no partial volume, so a sharper point spread function would give steps.
  public var blur = 0.35...0.8
  /// Probability of a bias field.
  public var biasProbability = 0.9
  /// Greatest absolute value of the logarithm of the bias field's control values.
  public var bias = 0.5
  /// Distance of the bias field's control points, in mm.
  public var biasSpacing = 40.0...120.0
  /// Standard deviation of the noise in acquired voxels, relative to the intensity of white matter; log-uniformly
  /// distributed.
  public var noise = 0.004...0.09
  /// Share of images with Rician noise, as in magnitude images; the others have Gaussian noise.
  public var ricianShare = 0.75
  /// Probability of a ghost.
  public var ghostProbability = 0.04
  /// Greatest strength of a ghost, relative to the image.
  public var ghost = 0.08
  /// Probability of a gamma correction.
  public var gammaProbability = 0.5
  /// Greatest absolute value of the exponent's logarithm.
  public var gamma = 0.35
  /// Share of images in which air is exactly 0, as in the output of some scanners and programs.
  public var blackAirShare = 0.25
  /// Standard deviation of the logarithm of the intensity scale's error, because the scale of a patch is less accurate
  /// than that of a whole image.
  public var scaleJitter = 0.03

  /// Creates the default prior.
  public init() {}

  /// The network's own voxels without blur, bias field and noise.
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
  /// Draws an acquisition of heads on a grid.
  func draw(on grid: Grid, using generator: inout some RandomNumberGenerator) -> Acquisition {
    var result = Acquisition()
    let spacing = grid.affine.spacing
    setSamples(&result, spacing, using: &generator)
    let blur = Double.random(in: blur, using: &generator)
    result.deviation = result.step * blur
    if generator.isHit(biasProbability) {
      let reach = Double.random(in: 0...bias, using: &generator)
      let distance = Double.random(in: biasSpacing, using: &generator)
      // The factors are interpolated instead of their logarithms: they are also smooth and positive, and need no
      // exponential per voxel.
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
      // The in-plane voxel size of thick slices is near the smallest.
      let inPlane = min(thickness.lowerBound, size)
      result.step[n] = max(1, (isThick && n != axis ? inPlane : size) / spacing[n])
      result.phase[n] = Double.random(in: 0..<1, using: &generator) * result.step[n]
    }
  }
}
