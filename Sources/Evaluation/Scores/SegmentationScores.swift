/// How well one label of a prediction agrees with a reference: overlap and volume.
///
/// Definitions are those of Taha and Hanbury, *Metrics for evaluating 3D medical image segmentation*, BMC
/// Medical Imaging 15:29, 2015, with TP, FP, FN of `ConfusionCounts`.
///
/// Empty masks: if prediction and reference are both empty, Dice and Jaccard are 1, for nothing was to be found
/// and nothing was (the choice of the BraTS challenges and of Metrics Reloaded; others leave such a case out).
/// If just one of them is empty, both are 0. A quotient whose own denominator is 0 has no value (`nil`): the
/// sensitivity and relative volume difference of an empty reference, the precision of an empty prediction.
public struct SegmentationScores: Hashable, Codable, Sendable {
  /// 2 TP / (2 TP + FP + FN), from 0 to 1 (Dice 1945).
  public var dice: Double
  /// TP / (TP + FP + FN), from 0 to 1 (Jaccard 1912); equals Dice / (2 − Dice).
  public var jaccard: Double
  /// TP / (TP + FN): the part of the reference that was found. Also recall, true positive rate.
  public var sensitivity: Double?
  /// TP / (TP + FP): the part of the prediction that is right. Also positive predictive value.
  public var precision: Double?
  /// Volume of the prediction, (TP + FP) voxels, in ml.
  public var predictionVolume: Double
  /// Volume of the reference, (TP + FN) voxels, in ml.
  public var referenceVolume: Double
  /// (prediction − reference) / reference volume: 0.1 is ten per cent too much, negative is too little.
  public var relativeVolumeDifference: Double?

  /// - Parameter voxelVolume: volume of one voxel in mm³.
  public init(_ counts: ConfusionCounts, voxelVolume: Double) {
    let agreed = Double(counts.truePositives)
    let predicted = Double(counts.predicted)
    let referenced = Double(counts.referenced)
    let union = predicted + referenced - agreed
    let mlPerVoxel = voxelVolume / 1000

    dice = union > 0 ? 2 * agreed / (predicted + referenced) : 1
    jaccard = union > 0 ? agreed / union : 1
    sensitivity = referenced > 0 ? agreed / referenced : nil
    precision = predicted > 0 ? agreed / predicted : nil
    predictionVolume = predicted * mlPerVoxel
    referenceVolume = referenced * mlPerVoxel
    relativeVolumeDifference = referenced > 0 ? (predicted - referenced) / referenced : nil
  }
}
