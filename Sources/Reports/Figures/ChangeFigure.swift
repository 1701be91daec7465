import Evaluation
import Foundation
import Imaging

/// A figure of slices with the pattern or saliency of a prediction, with a color scale.
package struct ChangeFigure {
  /// The map that a figure shows.
  package enum Content {
    /// The change of gray matter with the prediction.
    case change
    /// The change of the prediction with gray matter.
    case saliency
  }

  private let content: Content
  private let target: String
  /// Whether the prediction is better than chance; `nil` if it was not tested.
  private let isBeyondChance: Bool?
  private let values: Volume

  /// Creates a figure.
  /// - Parameters:
  ///   - content: what the map shows.
  ///   - target: name of the target.
  ///   - isBeyondChance: whether the prediction is better than chance; `nil` if it was not tested.
  ///   - values: the map.
  package init(_ content: Content, target: String, isBeyondChance: Bool?, values: Volume) {
    self.content = content
    self.target = target
    self.isBeyondChance = isBeyondChance
    self.values = values
  }

  /// Share of voxels whose absolute value is below the end of the color scale.
  private static let opaqueShare = 0.998
  private static let fields = 41

  /// Absolute value at the ends of the color scale; above 0.
  package var limit: Float {
    let sizes = values.voxels.map { $0.isFinite ? abs($0) : 0 }.sorted()
    let place = Int(Self.opaqueShare * Double(sizes.count - 1))
    return max(sizes.isEmpty ? 0 : sizes[place], .leastNormalMagnitude)
  }

  private var words: String {
    switch content {
    case .change:
      "Change of gray matter (orange: increase, blue: decrease) with one standard deviation of predicted \(target)"
    case .saliency:
      "Saliency of the prediction of \(target): gray matter that increases it (orange) and decreases it (blue)"
    }
  }

  private var advice: String {
    switch content {
    case .change:
      " The map is one multivariate pattern; it is not thresholded, and voxels are not tested individually."
    case .saliency:
      " A voxel can influence the prediction without being associated with \(target), by suppressing other "
        + "differences, and can be associated with it above without influencing the prediction."
    }
  }

  private var unit: String {
    switch content {
    case .change: "change of probability"
    case .saliency: "change of \(target) per voxel probability"
    }
  }

  /// Renders the figure.
  /// - Parameter brain: the template, 0 outside the brain.
  /// - Throws: `EvaluationError.pictureNotEncoded`.
  package func content(over brain: Volume) throws(EvaluationError) -> ReportPicture {
    let limit = limit
    let picture = try ChangePicture(of: values, over: brain, limit: limit).picture
    let doubt =
      isBeyondChance == true
      ? ""
      : " The prediction of \(target) is not shown to be better than chance, so the map may show noise only."
    return ReportPicture(
      png: try picture.png(), width: picture.width, height: picture.height,
      caption: words + ", over the template." + advice + " The right side of the body is on the right."
        + doubt,
      description: "Axial, coronal and sagittal slices of the template. " + words + ".", scale: scale(limit))
  }

  private func scale(_ limit: Float) -> ReportPicture.Scale {
    let colours = (0..<Self.fields).map { place in
      ChangePicture.colour(128, 2 * Float(place) / Float(Self.fields - 1) - 1)
    }
    let end = String(format: "%.2g", limit)
    return .init(colours: colours, low: "−\(end)", middle: unit, high: "+\(end)")
  }
}
