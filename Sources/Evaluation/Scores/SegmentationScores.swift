import Statistics

/// Agreement of one label of a prediction with a reference.
///
/// Overlap and volume are defined as in Taha and Hanbury, *Metrics for evaluating 3D medical image segmentation*, BMC
/// Medical Imaging 15:29, 2015, with TP, FP, FN and TN of `ConfusionCounts`.
///
/// `EmptyMasks` defines Dice and related measures of empty masks. A quotient with a denominator of 0 has no value
/// (`nil`): the sensitivity and relative volume difference of an empty reference, the precision of an empty prediction,
/// the specificity of a reference that fills the image.
public struct SegmentationScores: Hashable, Codable, Sendable {
  /// Dice coefficient: 2 TP / (2 TP + FP + FN), from 0 to 1 (Dice 1945).
  public var dice: Double?
  /// Jaccard index: TP / (TP + FP + FN), from 0 to 1 (Jaccard 1912). Equals Dice / (2 − Dice).
  public var jaccard: Double?
  /// Sensitivity, recall or true positive rate: TP / (TP + FN).
  public var sensitivity: Double?
  /// Specificity or true negative rate: TN / (TN + FP). It is near 1 for every structure that is small compared with
  /// the image, so it should be reported together with the image or mask.
  public var specificity: Double?
  /// Precision or positive predictive value: TP / (TP + FP).
  public var precision: Double?
  /// Volume similarity: 1 − |FN − FP| / (2 TP + FP + FN). It is 1 if both volumes are equal, whatever their positions.
  public var volumeSimilarity: Double?
  /// Cohen's kappa, (pₒ − pₑ) / (1 − pₑ), of both maps as two raters of each voxel (Cohen 1960, Educational and
  /// Psychological Measurement 20:37). It depends on the amount of background.
  public var kappa: Double?
  /// Volume of the prediction, TP + FP voxels, in ml.
  public var predictionVolume: Double
  /// Volume of the reference, TP + FN voxels, in ml.
  public var referenceVolume: Double
  /// Absolute volume difference, |prediction − reference|, in ml.
  public var absoluteVolumeDifference: Double
  /// Relative volume difference, (prediction − reference) / reference; 0.1 is 10 % too large.
  public var relativeVolumeDifference: Double?

  /// Distances between the surfaces; `nil` if they were not computed.
  public var surface: SurfaceScores?
  /// Connected components; `nil` if they were not computed.
  public var components: ComponentCounts?
  /// Scores of the probabilities; `nil` if there is no probability map.
  public var probability: ProbabilityScores?

  /// Computes overlap and volumes.
  /// - Parameters:
  ///   - counts: numbers of voxels.
  ///   - voxelVolume: volume of one voxel in mm³.
  ///   - empty: the scores of empty masks.
  public init(_ counts: ConfusionCounts, voxelVolume: Double, empty: EmptyMasks = .perfect) {
    let agreed = Double(counts.truePositives)
    let predicted = Double(counts.predicted)
    let referenced = Double(counts.referenced)
    let negatives = Double(counts.trueNegatives + counts.falsePositives)
    let union = predicted + referenced - agreed
    let mlPerVoxel = voxelVolume / 1000

    dice = counts.dice ?? empty.overlap
    jaccard = union > 0 ? agreed / union : empty.overlap
    sensitivity = referenced > 0 ? agreed / referenced : nil
    specificity = negatives > 0 ? Double(counts.trueNegatives) / negatives : nil
    precision = predicted > 0 ? agreed / predicted : nil
    volumeSimilarity =
      union > 0 ? 1 - abs(predicted - referenced) / (predicted + referenced) : empty.overlap
    kappa = union > 0 ? Self.kappa(counts) : empty.overlap
    predictionVolume = predicted * mlPerVoxel
    referenceVolume = referenced * mlPerVoxel
    absoluteVolumeDifference = abs(predicted - referenced) * mlPerVoxel
    relativeVolumeDifference = referenced > 0 ? (predicted - referenced) / referenced : nil
  }

  /// Returns Cohen's kappa; `nil` if both maps are full, where the expected agreement is 1.
  private static func kappa(_ counts: ConfusionCounts) -> Double? {
    let total = Double(counts.total)
    let (predicted, referenced) = (Double(counts.predicted) / total, Double(counts.referenced) / total)
    let observed = Double(counts.truePositives + counts.trueNegatives) / total
    let byChance = predicted * referenced + (1 - predicted) * (1 - referenced)
    return byChance < 1 ? (observed - byChance) / (1 - byChance) : nil
  }
}

/// Settings of scores and their statistics, which are written together with the scores.
public struct ScoreSettings: Hashable, Codable, Sendable {
  /// Tolerance of the surface Dice in mm.
  public var tolerance: Double
  /// The scores of empty masks.
  public var empty: EmptyMasks
  /// Settings of bootstrap and permutation tests.
  public var resampling: Resampling

  /// Creates settings.
  public init(
    tolerance: Double = 1, empty: EmptyMasks = .perfect, resampling: Resampling = Resampling()
  ) {
    self.tolerance = tolerance
    self.empty = empty
    self.resampling = resampling
  }

  private enum CodingKeys: String, CodingKey {
    case tolerance = "surface_dice_tolerance_mm"
    case empty = "empty_masks"
    case resampling
  }
}

/// The scores of empty masks, for which the formulas have no value.
///
/// | masks | `perfect` | `omit` | `penalize` |
/// | --- | --- | --- | --- |
/// | both empty: overlap | 1 | no value | 1 |
/// | both empty: distances | 0 mm | no value | 0 mm |
/// | one empty: overlap | 0 | 0 | 0 |
/// | one empty: distances | no value | no value | diagonal of the grid |
///
/// Overlap stands for Dice, Jaccard, volume similarity, surface Dice, soft Dice and kappa. Scores without a value are
/// left out of means. The BraTS challenges use `penalize`, MONAI uses `omit`; `perfect` is the choice of Metrics
/// Reloaded for overlap (Maier-Hein et al. 2024, Nature Methods 21:195).
public enum EmptyMasks: String, CaseIterable, Codable, Sendable {
  case perfect
  case omit
  case penalize

  /// The overlap of two empty masks.
  var overlap: Double? { self == .omit ? nil : 1 }

  /// The distance in mm between the surfaces of two empty masks.
  var distance: Double? { self == .omit ? nil : 0 }

  /// Returns the distance in mm between a surface and an empty mask.
  /// - Parameter diagonal: the diagonal of the grid in mm.
  func missing(diagonal: Double) -> Double? { self == .penalize ? diagonal : nil }
}
