import Imaging
import Numerics

/// The numbers of voxels of one label in prediction and reference (confusion matrix).
public struct ConfusionCounts: Hashable, Codable, Sendable {
  /// Voxels with the label in both maps (TP), in the prediction only (FP) and in the reference only (FN).
  public var truePositives, falsePositives, falseNegatives: Int
  /// Compared voxels that have the label in neither map (TN).
  public var trueNegatives: Int

  /// Creates counts.
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
  /// All compared voxels: TP + FP + FN + TN.
  public var total: Int { predicted + falseNegatives + trueNegatives }

  /// Dice coefficient: 2 TP / (2 TP + FP + FN), from 0 to 1 (Dice 1945); `nil` if both maps are empty.
  public var dice: Double? {
    MaskOverlap(both: truePositives, first: predicted, second: referenced).dice
  }

  /// Counts several labels in one pass over both maps.
  ///
  /// - Parameters:
  ///   - labels: the labels to count.
  ///   - prediction: a map on the reference's grid.
  ///   - reference: the reference.
  ///   - total: the number of compared voxels if a mask has set all others to 0 in both maps; `nil` compares all
  ///     voxels.
  /// - Returns: the counts, in the order of `labels`.
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

  /// Returns the joint histogram `[prediction's slot, reference's slot]`; slot 0 is for all labels that are not
  /// counted.
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

/// Connected components of one label in prediction and reference, and how many of them overlap the other map.
///
/// Voxels are connected across faces, edges and corners (26 neighbors). One common voxel is enough for a component to
/// count as found, which is the mildest of the rules in use for lesions.
public struct ComponentCounts: Hashable, Codable, Sendable {
  /// Number of components in the prediction and in the reference.
  public var prediction, reference: Int
  /// Components of the reference that share at least one voxel with the prediction.
  public var found: Int
  /// Components of the prediction that share no voxel with the reference.
  public var invented: Int

  /// Counts the components of one label in two maps of one shape.
  public init(of label: UInt16, prediction: LabelMap, reference: LabelMap) {
    self.init(LabelBox(of: label, prediction: prediction, reference: reference))
  }

  /// Counts the components in a box.
  /// - Parameter box: `nil` if neither map has the label.
  init(_ box: LabelBox?) {
    guard let box else {
      (prediction, reference, found, invented) = (0, 0, 0, 0)
      return
    }
    let predicted = ConnectedComponents(of: box.labelMap(box.prediction), connectivity: .corners)
    let referenced = ConnectedComponents(of: box.labelMap(box.reference), connectivity: .corners)
    prediction = predicted.sizes.count
    reference = referenced.sizes.count
    found = Self.touched(referenced, by: box.prediction)
    invented = prediction - Self.touched(predicted, by: box.reference)
  }

  private static func touched(_ parts: ConnectedComponents, by mask: [UInt8]) -> Int {
    var isTouched = [Bool](repeating: false, count: parts.sizes.count + 1)
    for (part, inside) in zip(parts.components, mask) where inside != 0 { isTouched[Int(part)] = true }
    // Component 0 is the background.
    return isTouched.dropFirst().count { $0 }
  }
}
