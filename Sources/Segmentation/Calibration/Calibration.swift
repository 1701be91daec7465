import Files
import Foundation
import Imaging

/// The temperature that makes a network's probabilities what they say, and what it changes (Guo et al. 2017,
/// arXiv 1706.04599). The most probable label of a voxel on the network's grid stays what it is.
public struct Calibration: Hashable, Sendable {
  /// Before, at temperature 1, or after.
  public struct Fit: Hashable, Sendable {
    /// Mean over the voxels.
    public var negativeLogLikelihood: Double
    public var expectedError: Double

    init(_ sample: CalibrationSample, _ temperature: Double) {
      negativeLogLikelihood = sample.negativeLogLikelihood(at: temperature)
      expectedError = sample.reliability(at: temperature).expectedError
    }
  }

  /// Above 1 where the network was too sure.
  public let temperature: Double
  public let before, after: Fit
  /// Of the sample.
  public let voxels: Int

  /// Temperatures that are tried; a network that needs others has not learned.
  public static let range = 0.05...20.0
  /// The search ends when it knows ln T as closely.
  private static let tolerance = 1e-5

  /// Finds the temperature at which the labels are most likely.
  /// - Throws: `CalibrationError`.
  public init(_ sample: CalibrationSample) throws(CalibrationError) {
    guard sample.count > 0 else { throw .noTissue }
    let (low, high) = (log(Self.range.lowerBound), log(Self.range.upperBound))
    let best = Self.minimum(in: low...high) { sample.negativeLogLikelihood(at: exp($0)) }
    guard best - low > 2 * Self.tolerance, high - best > 2 * Self.tolerance else {
      throw .noMinimum(temperature: exp(best))
    }
    temperature = exp(best)
    (before, after) = (Fit(sample, 1), Fit(sample, temperature))
    voxels = sample.count
  }

  /// By golden sections. The function falls and then rises: the mean of ln Σ e^(x/T) − x/T is convex in 1 / T, and
  /// ln T runs the same way everywhere.
  private static func minimum(in range: ClosedRange<Double>, of function: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (range.lowerBound, range.upperBound)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (function(left), function(right))
    while high - low > tolerance {
      if atLeft <= atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - ratio * (high - low)
        atLeft = function(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + ratio * (high - low)
        atRight = function(right)
      }
    }
    return (low + high) / 2
  }

  /// As a person reads it.
  public var text: String {
    func line(_ name: String, _ before: Double, _ after: Double) -> String {
      name.padding(toLength: 28, withPad: " ", startingAt: 0)
        + TableCell.text(before, "%.4f").padding(toLength: 10, withPad: " ", startingAt: 0)
        + TableCell.text(after, "%.4f")
    }
    return [
      "\(voxels) voxels".padding(toLength: 28, withPad: " ", startingAt: 0) + "before    after",
      line("temperature", 1, temperature),
      line("negative log-likelihood", before.negativeLogLikelihood, after.negativeLogLikelihood),
      line("expected calibration error", before.expectedError, after.expectedError),
    ].joined(separator: "\n")
  }
}
