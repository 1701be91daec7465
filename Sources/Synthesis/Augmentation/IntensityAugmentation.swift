import Foundation
import Numerics

/// Random intensity transforms.
///
/// Brightness and noise are in standard deviations of the patch's intensities, so that they do not depend on the
/// intensity scaling.
public struct IntensityAugmentation: Hashable, Codable, Sendable {
  /// Probability of a Gaussian blur.
  public var blurProbability = 0.2
  /// Greatest standard deviation of the blur, in mm.
  public var blurDeviation = 1.0
  /// Probability of a smooth multiplicative bias field, as caused by the coils of an MR scanner.
  public var biasProbability = 0.5
  /// Greatest absolute value of the bias field's logarithm; 0.4 is a factor of up to 1.5.
  public var bias = 0.4
  /// Distance of the control points of the bias field's logarithm, in mm.
  public var biasSpacing = 60.0
  /// Probability of a change of contrast and brightness.
  public var contrastProbability = 0.5
  /// Greatest change of contrast: the factor about the mean lies between 1 / (1 + contrast) and 1 + contrast.
  public var contrast = 0.3
  /// Greatest change of brightness, in standard deviations.
  public var brightness = 0.2
  /// Probability of a gamma correction between the minimum and the maximum of the patch.
  public var gammaProbability = 0.4
  /// Greatest gamma: exponents lie between 1 / (1 + gamma) and 1 + gamma.
  public var gamma = 0.4
  /// Probability of Gaussian noise.
  public var noiseProbability = 0.4
  /// Greatest standard deviation of the noise, in standard deviations of the patch.
  public var noise = 0.15

  /// Creates the default transforms.
  public init() {}

  /// No transforms.
  public static let none: IntensityAugmentation = {
    var none = IntensityAugmentation()
    none.blurProbability = 0
    none.biasProbability = 0
    none.contrastProbability = 0
    none.gammaProbability = 0
    none.noiseProbability = 0
    return none
  }()

  /// Transforms a patch in the order of an acquisition: the point spread function, the bias of the coils, then the gray
  /// scale. Noise is added last, so that its standard deviation is the one that was drawn.
  /// - Parameters:
  ///   - patch: the patch.
  ///   - spacing: voxel size in mm.
  ///   - generator: draws the transforms.
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
      GrayScale.stretch(&patch.image, by: Float(factor), shift: Float(shift))
    }
    if generator.isHit(gammaProbability) {
      GrayScale.correct(&patch.image, gamma: Float(generator.factor(within: gamma)))
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
    // A generator of a concrete type avoids calls through a protocol in the inner loop.
    var fast = SeededGenerator(seed: generator.next())
    let normal = NormalDistribution.standard
    image.withUnsafeMutableBufferPointer { image in
      for n in 0..<image.count { image[n] += deviation * normal.next(using: &fast) }
    }
  }
}

/// Gray scale transforms, which depend on the intensity of a voxel only.
package enum GrayScale {
  /// Multiplies the differences from the mean by `factor`, and adds `shift` standard deviations.
  package static func stretch(_ image: inout [Float], by factor: Float, shift: Float) {
    let statistics = IntensityStatistics(image)
    let offset = statistics.mean * (1 - factor) + shift * statistics.deviation
    image.withUnsafeMutableBufferPointer { image in
      for n in 0..<image.count { image[n] = image[n] * factor + offset }
    }
  }

  /// Applies a gamma correction to intensities scaled to 0 (minimum) to 1 (maximum); both ends are unchanged.
  ///
  /// The curve is tabulated: linear interpolation between 1024 intervals is accurate to a thousandth of the range and
  /// four times as fast as computing powers.
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
          // The comparison is false for NaN, so that NaN passes through and does not trap.
          let step = position > 0 ? Int(min(position, Float(intervals))) : 0
          let share = position - Float(step)
          image[n] = darkest + range * (curve[step] + (curve[step + 1] - curve[step]) * share)
        }
      }
    }
  }
}

/// Range, mean and standard deviation of intensities; all 0 if there are none.
package struct IntensityStatistics: Sendable {
  /// The minimum.
  package var minimum: Float = 0
  /// The maximum.
  package var maximum: Float = 0
  /// The mean.
  package var mean: Float = 0
  /// The standard deviation, over n.
  package var deviation: Float = 0

  /// Computes the statistics in double precision, because a sum of a million squares in single precision is too
  /// inaccurate.
  package init(_ values: [Float]) {
    guard let first = values.first else { return }
    (minimum, maximum) = (first, first)
    var (sum, squares) = (0.0, 0.0)
    values.withUnsafeBufferPointer { values in
      for value in values {
        minimum = value < minimum ? value : minimum
        maximum = value > maximum ? value : maximum
        // Differences from the first value avoid cancellation if the mean is large.
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
