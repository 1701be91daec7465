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

/// Changes of the grey scale that treat all voxels alike.
package enum GreyScale {
  /// Multiplies what differs from the mean by `factor`, and shifts by so many standard deviations.
  package static func stretch(_ image: inout [Float], by factor: Float, shift: Float) {
    let statistics = IntensityStatistics(image)
    let offset = statistics.mean * (1 - factor) + shift * statistics.deviation
    image.withUnsafeMutableBufferPointer { image in
      for n in 0..<image.count { image[n] = image[n] * factor + offset }
    }
  }

  /// Raises intensities to a power between the darkest (0) and the brightest (1) voxel, which both stay.
  ///
  /// The curve is tabulated: a thousand intervals with linear interpolation follow it to a thousandth of the
  /// range, and a look-up costs a quarter of a power.
  package static func correct(_ image: inout [Float], gamma: Float) {
    let statistics = IntensityStatistics(image)
    let range = statistics.maximum - statistics.minimum
    guard range > 0 else { return }
    let intervals = 1024
    let curve = (0...intervals + 1).map { pow(min(Float($0) / Float(intervals), 1), gamma) }
    let scale = Float(intervals) / range
    let darkest = statistics.minimum
    image.withUnsafeMutableBufferPointer { image in
      curve.withUnsafeBufferPointer { curve in
        for n in 0..<image.count {
          let position = (image[n] - darkest) * scale
          // A comparison that fails for NaN, so that a stray one passes through and does not trap.
          let step = position > 0 ? Int(min(position, Float(intervals))) : 0
          let share = position - Float(step)
          image[n] = darkest + range * (curve[step] + (curve[step + 1] - curve[step]) * share)
        }
      }
    }
  }
}

/// Range, mean and standard deviation of intensities; all 0 for none.
package struct IntensityStatistics: Sendable {
  package var minimum: Float = 0
  package var maximum: Float = 0
  package var mean: Float = 0
  package var deviation: Float = 0

  /// Sums are kept in double precision: a million squares in single precision lose the digits that matter.
  package init(_ values: [Float]) {
    guard let first = values.first else { return }
    (minimum, maximum) = (first, first)
    var (sum, squares) = (0.0, 0.0)
    values.withUnsafeBufferPointer { values in
      for value in values {
        minimum = value < minimum ? value : minimum
        maximum = value > maximum ? value : maximum
        // About the first value, not about 0: no digits cancel where the mean is large.
        let difference = Double(value - first)
        sum += difference
        squares += difference * difference
      }
    }
    let count = Double(values.count)
    mean = first + Float(sum / count)
    deviation = Float(max(0, squares / count - (sum / count) * (sum / count)).squareRoot())
  }
}
