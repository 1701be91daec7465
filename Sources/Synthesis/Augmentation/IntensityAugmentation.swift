import Foundation
import Numerics

/// Random changes of how bright things are.
///
/// Changes of brightness and the noise are measured in standard deviations of the patch's intensities, so
/// that they mean the same however the image was scaled.
public struct IntensityAugmentation: Hashable, Codable, Sendable {
  /// Chance of a Gaussian blur.
  public var blurProbability = 0.2
  /// Largest standard deviation of the blur, in mm.
  public var blurDeviation = 1.0
  /// Chance of a smooth multiplicative bias field, as coils of an MR scanner leave it.
  public var biasProbability = 0.5
  /// Largest |logarithm| of the bias field: 0.4 brightens or darkens by up to a factor of 1.5.
  public var bias = 0.4
  /// Distance of the control points of the bias field's logarithm, in mm.
  public var biasSpacing = 60.0
  /// Chance of a change of contrast and brightness.
  public var contrastProbability = 0.5
  /// Largest change of contrast: the factor about the mean lies between 1 / (1 + contrast) and 1 + contrast.
  public var contrast = 0.3
  /// Largest shift, in standard deviations.
  public var brightness = 0.2
  /// Chance of a gamma correction between the darkest and the brightest voxel of the patch.
  public var gammaProbability = 0.4
  /// Largest gamma: exponents lie between 1 / (1 + gamma) and 1 + gamma.
  public var gamma = 0.4
  /// Chance of Gaussian noise.
  public var noiseProbability = 0.4
  /// Largest standard deviation of the noise, in standard deviations of the patch.
  public var noise = 0.15

  public init() {}

  /// No change.
  public static let none: IntensityAugmentation = {
    var none = IntensityAugmentation()
    none.blurProbability = 0
    none.biasProbability = 0
    none.contrastProbability = 0
    none.gammaProbability = 0
    none.noiseProbability = 0
    return none
  }()

  /// Changes a patch in the order in which a scanner would: the point spread blurs, the coils shade, the
  /// reconstruction sets the grey scale. Noise comes last, so that its strength is what was drawn.
  package func apply(
    to patch: inout Patch, spacing: SIMD3<Double>, using generator: inout some RandomNumberGenerator
  ) {
    if generator.isHit(blurProbability) {
      let deviation = Double.random(in: 0...blurDeviation, using: &generator)
      GaussianBlur(deviation: deviation / spacing).apply(to: &patch)
    }
    if generator.isHit(biasProbability) { shade(&patch, spacing: spacing, using: &generator) }
    if generator.isHit(contrastProbability) {
      let factor = generator.factor(within: contrast)
      let shift = Double.random(in: -brightness...brightness, using: &generator)
      GreyScale.stretch(&patch.image, by: Float(factor), shift: Float(shift))
    }
    if generator.isHit(gammaProbability) {
      GreyScale.correct(&patch.image, gamma: Float(generator.factor(within: gamma)))
    }
    if generator.isHit(noiseProbability) { addNoise(to: &patch.image, using: &generator) }
  }

  private func shade(
    _ patch: inout Patch, spacing: SIMD3<Double>, using generator: inout some RandomNumberGenerator
  ) {
    let reach = Float(Double.random(in: 0...bias, using: &generator))
    let logarithm = SplineField(covering: patch.size, spacing: biasSpacing / spacing) {
      Float.random(in: -reach...reach, using: &generator)
    }
    BiasField(logarithm: logarithm).apply(to: &patch)
  }

  private func addNoise(to image: inout [Float], using generator: inout some RandomNumberGenerator) {
    let deviation =
      Float(Double.random(in: 0...noise, using: &generator)) * IntensityStatistics(image).deviation
    // A generator of a known type keeps the inner loop free of calls through a protocol.
    var fast = SeededGenerator(seed: generator.next())
    let normal = NormalDistribution.standard
    image.withUnsafeMutableBufferPointer { image in
      for n in 0..<image.count { image[n] += deviation * normal.next(using: &fast) }
    }
  }
}
