import Foundation
import Numerics

/// An estimate of the log intensities without the blur of their histogram: Sled et al. 1998 (N3, doi
/// 10.1109/42.668698), as used by N4.
///
/// With the observed histogram H and the Gaussian F of the field, U = max(0, Wiener(H, F)) estimates the histogram of
/// the true intensities. The expected true intensity of an observed intensity v is
/// E(u|v) = (F ∗ u·U)(v) / (F ∗ U)(v).
struct IntensitySharpening {
  private let minimum, binWidth: Float
  /// The values of E(u|v) at the bins.
  private let expected: [Float]

  /// Sharpens the histogram of the values. Returns `nil` if all values are equal.
  init?(of values: [Float], _ settings: BiasFieldCorrection) {
    let range = Self.range(of: values)
    minimum = range.lowerBound
    binWidth = (range.upperBound - range.lowerBound) / Float(settings.bins - 1)
    guard binWidth > 0 else { return nil }
    let histogram = Self.histogram(of: values, bins: settings.bins, minimum: minimum, binWidth: binWidth)
    expected = Self.expectation(
      histogram, minimum: Double(minimum), binWidth: Double(binWidth), settings)
  }

  /// Returns v - E(u|v) for each value, where E is interpolated linearly between bins.
  func excess(of values: [Float]) -> [Float] {
    let last = expected.count - 1
    return [Float](unsafeUninitializedCapacity: values.count) { output, filled in
      ParallelLoop.forEach(over: values.count, size: BiasEstimate.sampleSlab) { range in
        for index in range {
          let position = (values[index] - minimum) / binWidth
          let bin = min(max(Int(position), 0), last - 1)
          let between = expected[bin] + (expected[bin + 1] - expected[bin]) * (position - Float(bin))
          output[index] = values[index] - between
        }
      }
      filled = values.count
    }
  }

  private static func range(of values: [Float]) -> ClosedRange<Float> {
    var (low, high) = (Float.infinity, -Float.infinity)
    for value in values {
      low = value < low ? value : low
      high = value > high ? value : high
    }
    return low...high
  }

  /// Returns the histogram. Each value is shared between the two nearest bins in inverse proportion to its distance.
  private static func histogram(
    of values: [Float], bins: Int, minimum: Float, binWidth: Float
  ) -> [Double] {
    let parts = values.withUnsafeBufferPointer { values in
      ParallelLoop.map(over: values.count, size: BiasEstimate.sampleSlab) { range in
        var counts = [Double](repeating: 0, count: bins)
        counts.withUnsafeMutableBufferPointer { counts in
          for index in range {
            let position = (values[index] - minimum) / binWidth
            let bin = min(max(Int(position), 0), bins - 2)
            let nearness = Double(position - Float(bin))
            counts[bin] += 1 - nearness
            counts[bin + 1] += nearness
          }
        }
        return counts
      }
    }
    var sum = [Double](repeating: 0, count: bins)
    for part in parts { for bin in sum.indices { sum[bin] += part[bin] } }
    return sum
  }

  /// Returns E(u|v) at each bin.
  private static func expectation(
    _ histogram: [Double], minimum: Double, binWidth: Double, _ settings: BiasFieldCorrection
  ) -> [Float] {
    // Padding by the width of the histogram prevents that the circular convolution mixes its two ends.
    var size = 2
    while size < 2 * histogram.count { size *= 2 }
    let transform = FourierTransform(size: size)
    let offset = (size - histogram.count) / 2
    let gaussian = transform.forward(real: kernel(size, width: settings.fullWidthAtHalfMaximum / binWidth))
      .real
    var padded = [Double](repeating: 0, count: size)
    for (bin, count) in histogram.enumerated() { padded[bin + offset] = count }
    let wiener = gaussian.map { $0 / ($0 * $0 + settings.wienerNoise) }
    let sharpened = transform.filtered(padded, by: wiener).map { max($0, 0) }
    let moments = sharpened.enumerated().map { bin, count in
      (minimum + Double(bin - offset) * binWidth) * count
    }
    let above = transform.filtered(moments, by: gaussian)
    let below = transform.filtered(sharpened, by: gaussian)
    return (offset..<offset + histogram.count).map { below[$0] != 0 ? Float(above[$0] / below[$0]) : 0 }
  }

  /// Returns a Gaussian of unit sum around index 0, with its left half at the end of the array.
  /// - Parameter width: The full width at half maximum in bins.
  private static func kernel(_ size: Int, width: Double) -> [Double] {
    let scale = 2 * (log(2.0) / Double.pi).squareRoot() / width
    let steepness = 4 * log(2.0) / (width * width)
    return (0..<size).map { index in
      let distance = Double(min(index, size - index))
      return scale * exp(-distance * distance * steepness)
    }
  }
}
