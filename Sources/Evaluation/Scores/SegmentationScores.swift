/// How well one label of a prediction agrees with a reference.
///
/// Definitions of overlap and volume are those of Taha and Hanbury, *Metrics for evaluating 3D medical image
/// segmentation*, BMC Medical Imaging 15:29, 2015, with TP, FP, FN, TN of `ConfusionCounts`.
///
/// Dice and its kin over empty masks are as `EmptyMasks` says. A quotient whose own denominator is 0 has no value
/// (`nil`): the sensitivity and relative volume difference of an empty reference, the precision of an empty
/// prediction, the specificity of a reference that fills everything.
public struct SegmentationScores: Hashable, Codable, Sendable {
  /// 2 TP / (2 TP + FP + FN), from 0 to 1 (Dice 1945).
  public var dice: Double?
  /// TP / (TP + FP + FN), from 0 to 1 (Jaccard 1912); equals Dice / (2 − Dice).
  public var jaccard: Double?
  /// TP / (TP + FN): the part of the reference that was found. Also recall, true positive rate.
  public var sensitivity: Double?
  /// TN / (TN + FP): the part of what is not in the reference that was left out. Near 1 wherever a structure is small
  /// in its image; say what image, or give a mask.
  public var specificity: Double?
  /// TP / (TP + FP): the part of the prediction that is right. Also positive predictive value.
  public var precision: Double?
  /// 1 − |FN − FP| / (2 TP + FP + FN): 1 where both have one volume, wherever they lie.
  public var volumeSimilarity: Double?
  /// Agreement beyond that of chance, (pₒ − pₑ) / (1 − pₑ), of both maps as two raters of each voxel (Cohen 1960,
  /// Educational and Psychological Measurement 20:37). Depends on how much background is counted.
  public var kappa: Double?
  /// Volume of the prediction, (TP + FP) voxels, in ml.
  public var predictionVolume: Double
  /// Volume of the reference, (TP + FN) voxels, in ml.
  public var referenceVolume: Double
  /// |prediction − reference| in ml.
  public var absoluteVolumeDifference: Double
  /// (prediction − reference) / reference volume: 0.1 is ten per cent too much, negative is too little.
  public var relativeVolumeDifference: Double?

  /// Distances between the surfaces; `nil` where they were not asked for, as with the two below.
  public var surface: SurfaceScores?
  public var components: ComponentCounts?
  public var probability: ProbabilityScores?

  /// Overlap and volume.
  /// - Parameter voxelVolume: volume of one voxel in mm³.
  public init(_ counts: ConfusionCounts, voxelVolume: Double, empty: EmptyMasks = .perfect) {
    let agreed = Double(counts.truePositives)
    let predicted = Double(counts.predicted)
    let referenced = Double(counts.referenced)
    let negatives = Double(counts.trueNegatives + counts.falsePositives)
    let union = predicted + referenced - agreed
    let mlPerVoxel = voxelVolume / 1000

    dice = union > 0 ? 2 * agreed / (predicted + referenced) : empty.overlap
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

  /// `nil` where both maps are full: then chance alone agrees everywhere.
  private static func kappa(_ counts: ConfusionCounts) -> Double? {
    let total = Double(counts.total)
    let (predicted, referenced) = (Double(counts.predicted) / total, Double(counts.referenced) / total)
    let observed = Double(counts.truePositives + counts.trueNegatives) / total
    let byChance = predicted * referenced + (1 - predicted) * (1 - referenced)
    return byChance < 1 ? (observed - byChance) / (1 - byChance) : nil
  }
}
