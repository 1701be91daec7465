/// A column of a score table. The raw values are the column names.
///
/// Each measure is defined, with its source, at the property that holds it.
public enum ScoreMeasure: String, Codable, CaseIterable, Sendable {
  case dice
  case jaccard
  case sensitivity
  case specificity
  case precision
  case volumeSimilarity = "volume_similarity"
  case kappa
  case predictionVolume = "prediction_ml"
  case referenceVolume = "reference_ml"
  case absoluteVolumeDifference = "absolute_volume_difference_ml"
  case relativeVolumeDifference = "relative_volume_difference"
  case hausdorff = "hausdorff_mm"
  case hausdorff95 = "hausdorff95_mm"
  case averageSurfaceDistance = "average_surface_distance_mm"
  case surfaceDice = "surface_dice"
  case predictionComponents = "prediction_components"
  case referenceComponents = "reference_components"
  case foundComponents = "found_components"
  case inventedComponents = "invented_components"
  case softDice = "soft_dice"
  case brier
  case calibrationError = "expected_calibration_error"

  /// Returns the value of the measure; `nil` if the scores have none.
  public func value(of scores: SegmentationScores) -> Double? {
    switch self {
    case .dice: scores.dice
    case .jaccard: scores.jaccard
    case .sensitivity: scores.sensitivity
    case .specificity: scores.specificity
    case .precision: scores.precision
    case .volumeSimilarity: scores.volumeSimilarity
    case .kappa: scores.kappa
    case .predictionVolume: scores.predictionVolume
    case .referenceVolume: scores.referenceVolume
    case .absoluteVolumeDifference: scores.absoluteVolumeDifference
    case .relativeVolumeDifference: scores.relativeVolumeDifference
    case .hausdorff: scores.surface?.hausdorff
    case .hausdorff95: scores.surface?.hausdorff95
    case .averageSurfaceDistance: scores.surface?.averageDistance
    case .surfaceDice: scores.surface?.surfaceDice
    case .predictionComponents: (scores.components?.prediction).map(Double.init)
    case .referenceComponents: (scores.components?.reference).map(Double.init)
    case .foundComponents: (scores.components?.found).map(Double.init)
    case .inventedComponents: (scores.components?.invented).map(Double.init)
    case .softDice: scores.probability?.softDice
    case .brier: scores.probability?.brier
    case .calibrationError: scores.probability?.calibrationError
    }
  }

  /// Whether the scores include the group of measures to which this one belongs. Its value may still be missing.
  func isTaken(from scores: SegmentationScores) -> Bool {
    switch self {
    case .hausdorff, .hausdorff95, .averageSurfaceDistance, .surfaceDice: scores.surface != nil
    case .predictionComponents, .referenceComponents, .foundComponents, .inventedComponents:
      scores.components != nil
    case .softDice, .brier, .calibrationError: scores.probability != nil
    default: true
    }
  }

  /// Whether the measure depends on the reference only, so that two sets of predictions cannot differ in it.
  var isOfReference: Bool { self == .referenceVolume || self == .referenceComponents }
}
