import Evaluation
import Foundation
import Imaging
import Reporting

/// Slices of how gray matter changes with what is predicted, with the scale of their colours.
struct ChangeFigure {
  let target: String
  /// `nil` where nobody asked.
  let isBeyondChance: Bool?
  let changes: Volume

  /// Of the voxels, from which on a change has its full colour.
  private static let opaqueShare = 0.998
  private static let fields = 41

  /// The change that has its full colour, in probability of gray matter; above 0.
  var limit: Float {
    let sizes = changes.voxels.map { $0.isFinite ? abs($0) : 0 }.sorted()
    let place = Int(Self.opaqueShare * Double(sizes.count - 1))
    return max(sizes.isEmpty ? 0 : sizes[place], 1e-6)
  }

  /// - Throws: `EvaluationError.pictureNotEncoded`.
  func content(over brain: Volume) throws(EvaluationError) -> ReportPicture {
    let limit = limit
    let picture = try ChangePicture(of: changes, over: brain, limit: limit).picture
    let words =
      "Gray matter that comes (orange) and goes (blue) with one standard deviation of predicted \(target)"
    let doubt =
      isBeyondChance == true
      ? "" : " As \(target) is not shown to be predicted beyond chance, this may be a picture of noise."
    return ReportPicture(
      png: try picture.png(), width: picture.width, height: picture.height,
      caption: words
        + ", over the template. No threshold and no test of single places: the parts belong to one "
        + "pattern. The right side of the body is on the right." + doubt,
      description: "Axial, coronal and sagittal slices of the template. " + words + ".", scale: scale(limit))
  }

  private func scale(_ limit: Float) -> ReportPicture.Scale {
    let colours = (0..<Self.fields).map { place in
      ChangePicture.colour(128, 2 * Float(place) / Float(Self.fields - 1) - 1)
    }
    let end = String(format: "%.2g", limit)
    return .init(colours: colours, low: "−\(end)", middle: "change of probability", high: "+\(end)")
  }
}
