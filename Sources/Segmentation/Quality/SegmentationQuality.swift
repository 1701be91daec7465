import Foundation
import Imaging

/// How far a segmentation can be believed where there is no reference to compare it with.
public struct SegmentationQuality: Hashable, Codable, Sendable {
  /// A score below it says: look at this one first.
  public static let threshold = 0.5

  /// A measure that has no value (the contrast of fluid that was not found) is missing, and casts no doubt.
  public let values: [QualityMeasure: Double]

  public init(values: [QualityMeasure: Double]) { self.values = values }

  /// Judges what was found in a scan.
  /// - Parameters:
  ///   - scan: on the segmentation's grid.
  ///   - brain: `segmentation.brainMask`, which takes time and is needed elsewhere too.
  public init(_ segmentation: Segmentation, scan: Volume, brain: LabelMap) {
    precondition(scan.grid.matches(segmentation.labels.grid), "a scan and what was found in it share a grid")
    let shape = BrainShape(segmentation.labels, brain: brain)
    let contrast = TissueContrast(segmentation.labels, scan: scan)
    let (gray, white) = (segmentation.volume(of: .grayMatter), segmentation.volume(of: .whiteMatter))
    let brainVolume = Segmentation(labels: brain, probabilities: [:]).volume(of: .grayMatter)
    var values = shape.values
    values[.intracranialVolume] = brainVolume
    values[.whiteContrast] = contrast.of(.whiteMatter, over: .grayMatter)
    values[.grayContrast] = contrast.of(.grayMatter, over: .csf)
    if brainVolume > 0 { values[.grayShare] = gray / brainVolume }
    if gray > 0 { values[.whiteOverGray] = white / gray }
    values[.entropy] = segmentation.meanEntropy(inside: brain)
    self.init(values: values)
  }

  /// From 0, not believed, to 1, nothing to be said against it: the product of all measures' plausibilities, so that
  /// several small doubts make a large one. An empty segmentation has 0.
  public var score: Double {
    guard values[.grayShare] != nil else { return 0 }
    return values.reduce(1) { $0 * $1.key.range.plausibility(of: $1.value) }
  }

  public var isDoubtful: Bool { score < Self.threshold }

  /// Why the score is not 1, in words, the strongest reason first.
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
