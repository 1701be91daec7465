/// A column of a score table; raw values are the columns' names.
public enum ScoreMeasure: String, Codable, CaseIterable, Sendable {
  case dice
  case jaccard
  case sensitivity
  case precision
  case predictionVolume = "prediction_ml"
  case referenceVolume = "reference_ml"
  case relativeVolumeDifference = "relative_volume_difference"

  public func value(of scores: SegmentationScores) -> Double? {
    switch self {
    case .dice: scores.dice
    case .jaccard: scores.jaccard
    case .sensitivity: scores.sensitivity
    case .precision: scores.precision
    case .predictionVolume: scores.predictionVolume
    case .referenceVolume: scores.referenceVolume
    case .relativeVolumeDifference: scores.relativeVolumeDifference
    }
  }
}
