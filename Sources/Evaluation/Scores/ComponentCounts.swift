import Imaging

/// How many connected parts prediction and reference have, and how many of them the other side touches.
///
/// Parts are joined across faces, edges and corners (26 neighbours), so that specks that touch count once. One common
/// voxel is enough to be found, the mildest of the rules in use for lesions.
public struct ComponentCounts: Hashable, Codable, Sendable {
  public var prediction, reference: Int
  /// Parts of the reference of which the prediction has at least one voxel.
  public var found: Int
  /// Parts of the prediction without a voxel of the reference.
  public var invented: Int

  /// Of one label; two maps of one shape.
  public init(of label: UInt16, prediction: LabelMap, reference: LabelMap) {
    self.init(LabelBox(of: label, prediction: prediction, reference: reference))
  }

  /// - Parameter box: `nil` where neither map has the label.
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
    // Part 0 is the background.
    return isTouched.dropFirst().count { $0 }
  }
}
