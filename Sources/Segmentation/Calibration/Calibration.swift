import Files
import Foundation
import Imaging

/// Temperature scaling of a network (Guo et al. 2017, arXiv 1706.04599): the temperature that calibrates its
/// probabilities, and the fit before and after. The most probable label of each voxel on the network's grid does not
/// change.
public struct Calibration: Hashable, Sendable {
  /// The fit at one temperature.
  public struct Fit: Hashable, Sendable {
    /// Negative log-likelihood, the mean over the voxels.
    public var negativeLogLikelihood: Double
    /// Expected calibration error (`Reliability.expectedError`).
    public var expectedError: Double

    init(_ sample: CalibrationSample, _ temperature: Double) {
      negativeLogLikelihood = sample.negativeLogLikelihood(at: temperature)
      expectedError = sample.reliability(at: temperature).expectedError
    }
  }

  /// The temperature; above 1 if the network is overconfident.
  public let temperature: Double
  /// The fit at temperature 1 and at `temperature`.
  public let before, after: Fit
  /// Number of voxels in the sample.
  public let voxels: Int

  /// Range of temperatures that are searched. A temperature outside indicates a network that was not trained
  /// successfully.
  public static let range = 0.05...20.0
  /// Width of the interval of ln T at which the search ends.
  private static let tolerance = 1e-5

  /// Finds the temperature with the greatest likelihood of the labels.
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

  /// Returns the minimum of a unimodal function by golden-section search. The negative log-likelihood, the mean of ln Σ
  /// e^(x/T) − x/T, is convex in 1 / T and therefore unimodal in ln T.
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

  /// A summary for the terminal.
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

/// Why a model cannot be calibrated.
public enum CalibrationError: Error, Hashable, Sendable {
  /// No voxel of the images is tissue.
  case noTissue
  /// The best temperature is at the end of the range that was searched: all voxels are right, or the network is no
  /// better than chance.
  case noMinimum(temperature: Double)
  /// The graph does not end with a convolution and a softmax. `found` are its last nodes, from the last one backward.
  case noConvolutionBeforeSoftmax(path: String, found: [String])
}

extension CalibrationError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .noTissue:
      "found no tissue in the images, neither in the labels nor in the network's output; needed labeled heads"
    case .noMinimum(let temperature):
      "found no best temperature: the likelihood still increases at \(temperature); needed images on which the "
        + "network makes some errors and is better than chance"
    case .noConvolutionBeforeSoftmax(let path, let found):
      "\(path): the network ends in \(found.reversed().joined(separator: ", ")); needed a convolution followed "
        + "by a softmax, with at most depth-to-space, space-to-depth or addition between them"
    }
  }
}

/// A reliability diagram: the accuracy of a network in bins of its confidence, the probability of the most probable
/// label.
public struct Reliability: Hashable, Sendable {
  /// The voxels whose confidence lies in one bin.
  public struct Bin: Hashable, Sendable {
    /// Number of voxels.
    public var count = 0
    /// Sum of the confidences.
    public var confidence = 0.0
    /// Number of voxels whose most probable label is correct.
    public var right = 0
  }

  /// The bins; bin b of n holds confidences above b / n and up to (b + 1) / n.
  public private(set) var bins: [Bin]

  /// The default number of bins.
  public static let binCount = 15

  /// Creates empty bins.
  public init(bins count: Int = binCount) { bins = Array(repeating: Bin(), count: count) }

  /// Adds one voxel.
  /// - Parameters:
  ///   - confidence: the probability of the most probable label, from 0 to 1.
  ///   - isRight: whether this label is correct.
  public mutating func add(confidence: Double, isRight: Bool) {
    let place = Int((confidence * Double(bins.count)).rounded(.up)) - 1
    let bin = min(max(place, 0), bins.count - 1)
    bins[bin].count += 1
    bins[bin].confidence += confidence
    if isRight { bins[bin].right += 1 }
  }

  /// Expected calibration error: Σ (nᵦ / n) |accuracyᵦ − confidenceᵦ| over the bins, with the share of correct voxels
  /// as accuracy and the mean of the confidences (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, arXiv
  /// 1706.04599). 0 without voxels.
  public var expectedError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    let distances = bins.map { abs(Double($0.right) - $0.confidence) }
    return total == 0 ? 0 : distances.reduce(0, +) / Double(total)
  }
}
