import Foundation

/// How often a network is right where it is how sure: voxels in bins of the winning probability.
public struct Reliability: Hashable, Sendable {
  /// Voxels whose winning probability lies in one bin.
  public struct Bin: Hashable, Sendable {
    public var count = 0
    /// Sum of the winning probabilities.
    public var confidence = 0.0
    /// Voxels whose most probable label is the right one.
    public var right = 0
  }

  /// Bin b of n holds probabilities above b / n and up to (b + 1) / n.
  public private(set) var bins: [Bin]

  public static let binCount = 15

  public init(bins count: Int = binCount) { bins = Array(repeating: Bin(), count: count) }

  public mutating func add(confidence: Double, isRight: Bool) {
    let place = Int((confidence * Double(bins.count)).rounded(.up)) - 1
    let bin = min(max(place, 0), bins.count - 1)
    bins[bin].count += 1
    bins[bin].confidence += confidence
    if isRight { bins[bin].right += 1 }
  }

  /// Expected calibration error: Σ (nᵦ / n) |accuracyᵦ − confidenceᵦ| over the bins, the accuracy being the share of
  /// right voxels and the confidence the mean of winning probabilities (Naeini, Cooper and Hauskrecht 2015; Guo et
  /// al. 2017, arXiv 1706.04599). 0 without voxels.
  public var expectedError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    let distances = bins.map { abs(Double($0.right) - $0.confidence) }
    return total == 0 ? 0 : distances.reduce(0, +) / Double(total)
  }
}
