import Imaging

/// How the voxels of one label fall into prediction and reference.
public struct ConfusionCounts: Hashable, Codable, Sendable {
  /// Voxels with the label in both maps (TP), in the prediction only (FP), in the reference only (FN).
  public var truePositives, falsePositives, falseNegatives: Int
  /// Voxels that count and have the label in neither map (TN).
  public var trueNegatives: Int

  public init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int = 0) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }

  /// Voxels with the label in the prediction: TP + FP.
  public var predicted: Int { truePositives + falsePositives }
  /// Voxels with the label in the reference: TP + FN.
  public var referenced: Int { truePositives + falseNegatives }
  /// Voxels that count: TP + FP + FN + TN.
  public var total: Int { predicted + falseNegatives + trueNegatives }

  /// Counts of several labels, in their order, in one pass over both maps.
  ///
  /// - Parameter total: how many voxels count, where those that do not are 0 in both maps; all of them if `nil`.
  /// - Throws: `EvaluationError.shapesDiffer` or `.affinesDiffer` unless `Grid.matches`.
  public static func counts(
    of labels: [UInt16], prediction: LabelMap, reference: LabelMap, total: Int? = nil
  ) throws(EvaluationError) -> [ConfusionCounts] {
    try EvaluationError.checkGrids(prediction.grid, reference.grid)
    let joint = jointHistogram(of: labels, prediction.labels, reference.labels)
    let width = labels.count + 1
    return labels.indices.map { index in
      let slot = index + 1
      let both = joint[slot * width + slot]
      let predicted = (0..<width).reduce(0) { $0 + joint[slot * width + $1] }
      let referenced = (0..<width).reduce(0) { $0 + joint[$1 * width + slot] }
      return ConfusionCounts(
        truePositives: both, falsePositives: predicted - both, falseNegatives: referenced - both,
        trueNegatives: (total ?? reference.labels.count) - predicted - referenced + both)
    }
  }

  /// `[prediction's slot, reference's slot]` with slot 0 for labels that were not asked for.
  private static func jointHistogram(
    of labels: [UInt16], _ prediction: [UInt16], _ reference: [UInt16]
  ) -> [Int] {
    let width = labels.count + 1
    var slots = [Int](repeating: 0, count: Int(UInt16.max) + 1)
    for (index, label) in labels.enumerated() { slots[Int(label)] = index + 1 }
    var joint = [Int](repeating: 0, count: width * width)
    slots.withUnsafeBufferPointer { slots in
      prediction.withUnsafeBufferPointer { prediction in
        reference.withUnsafeBufferPointer { reference in
          joint.withUnsafeMutableBufferPointer { joint in
            for index in prediction.indices {
              joint[slots[Int(prediction[index])] * width + slots[Int(reference[index])]] += 1
            }
          }
        }
      }
    }
    return joint
  }
}
