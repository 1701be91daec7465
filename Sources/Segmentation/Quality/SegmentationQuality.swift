import Foundation
import Imaging
import Numerics

/// The quality of a segmentation, estimated without a reference.
public struct SegmentationQuality: Hashable, Codable, Sendable {
  /// The score below which a segmentation should be inspected visually.
  public static let threshold = 0.5

  /// The measures. A measure without a value, such as the contrast of fluid that was not found, is missing and raises
  /// no flag.
  public let values: [QualityMeasure: Double]

  /// Creates a quality from measures.
  public init(values: [QualityMeasure: Double]) { self.values = values }

  /// Measures the quality of a segmentation.
  /// - Parameters:
  ///   - segmentation: the segmentation.
  ///   - scan: the scan, on the segmentation's grid.
  ///   - brain: `segmentation.brainMask`, which is slow to compute and also needed elsewhere.
  public init(_ segmentation: Segmentation, scan: Volume, brain: LabelMap) {
    precondition(
      scan.grid.matches(segmentation.labels.grid), "the scan and its segmentation must have the same grid")
    let parts: [[QualityMeasure: Double]] = ParallelLoop.inParallel(
      { BrainShape(segmentation.labels, brain: brain).values },
      {
        let contrast = TissueContrast(segmentation.labels, scan: scan)
        var values: [QualityMeasure: Double] = [:]
        values[.whiteContrast] = contrast.of(.whiteMatter, over: .grayMatter)
        values[.grayContrast] = contrast.of(.grayMatter, over: .csf)
        values[.entropy] = segmentation.meanEntropy(inside: brain)
        return values
      })
    var values = parts[0].merging(parts[1]) { first, _ in first }
    let (gray, white) = (segmentation.volume(of: .grayMatter), segmentation.volume(of: .whiteMatter))
    let brainVolume = Segmentation(labels: brain, probabilities: [:]).volume(of: .grayMatter)
    values[.intracranialVolume] = brainVolume
    if brainVolume > 0 { values[.grayShare] = gray / brainVolume }
    if gray > 0 { values[.whiteOverGray] = white / gray }
    self.init(values: values)
  }

  /// The score from 0 (implausible) to 1 (no flag): the product of the plausibilities of all measures, so that several
  /// small deviations give a low score. An empty segmentation has 0.
  public var score: Double {
    guard values[.grayShare] != nil else { return 0 }
    return values.reduce(1) { $0 * $1.key.range.plausibility(of: $1.value) }
  }

  /// Whether the score is below the threshold.
  public var isDoubtful: Bool { score < Self.threshold }

  /// The quality flags, as sentences, the strongest first; empty if the score is 1.
  public var doubts: [String] {
    guard values[.grayShare] != nil else { return ["no brain was found"] }
    let doubtful = values.map { (measure: $0.key, value: $0.value, $0.key.range.plausibility(of: $0.value)) }
      .filter { $0.2 < 1 }
    return doubtful.sorted { ($0.2, $0.measure.rawValue) < ($1.2, $1.measure.rawValue) }
      .map { Self.sentence($0.measure, $0.value) }
  }

  private static func sentence(_ measure: QualityMeasure, _ value: Double) -> String {
    if value < 0 {
      switch measure {
      case .whiteContrast: return "white matter is darker than gray matter"
      case .grayContrast: return "gray matter is darker than fluid"
      default: break
      }
    }
    guard value.isFinite else { return "\(measure.words) cannot be measured" }
    let range = measure.range
    let needed = value < range.low ? "at least \(number(range.low))" : "at most \(number(range.high))"
    return "\(measure.words) is \(number(value)), expected \(needed)"
  }

  private static func number(_ value: Double) -> String {
    String(format: value < 100 ? "%.3g" : "%.0f", value)
  }
}

/// The values of a measure in a plausible segmentation.
public struct PlausibleRange: Hashable, Sendable {
  /// Bounds of the fully plausible values.
  public let low, high: Double
  /// Bounds beyond which a value is implausible.
  public let lowest, highest: Double

  /// Creates a range; `nil` for a side without bound.
  init(lowest: Double? = nil, low: Double? = nil, high: Double? = nil, highest: Double? = nil) {
    self.low = low ?? -.infinity
    self.lowest = lowest ?? -.infinity
    self.high = high ?? .infinity
    self.highest = highest ?? .infinity
  }

  /// Returns the plausibility of a value: 1 inside the range, decreasing linearly to 0 on either side.
  public func plausibility(of value: Double) -> Double {
    if value < low { return max(0, (value - lowest) / (low - lowest)) }
    if value > high { return max(0, (highest - value) / (highest - high)) }
    return value.isNaN ? 0 : 1
  }
}
