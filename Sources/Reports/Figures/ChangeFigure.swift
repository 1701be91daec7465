import Evaluation
import Foundation
import Imaging

/// Slices of what a prediction goes with or looks at, with the scale of their colours.
package struct ChangeFigure {
  package enum Content {
    /// How gray matter changes with the prediction.
    case change
    /// How the prediction rises with gray matter.
    case saliency
  }

  private let content: Content
  private let target: String
  /// `nil` where nobody asked.
  private let isBeyondChance: Bool?
  private let values: Volume

  package init(_ content: Content, target: String, isBeyondChance: Bool?, values: Volume) {
    self.content = content
    self.target = target
    self.isBeyondChance = isBeyondChance
    self.values = values
  }

  /// Of the voxels, from which on a value has its full colour.
  private static let opaqueShare = 0.998
  private static let fields = 41

  /// The size of a value that has its full colour; above 0.
  package var limit: Float {
    let sizes = values.voxels.map { $0.isFinite ? abs($0) : 0 }.sorted()
    let place = Int(Self.opaqueShare * Double(sizes.count - 1))
    return max(sizes.isEmpty ? 0 : sizes[place], .leastNormalMagnitude)
  }

  private var words: String {
    switch content {
    case .change:
      "Gray matter that comes (orange) and goes (blue) with one standard deviation of predicted \(target)"
    case .saliency:
      "What the prediction of \(target) looks at: gray matter that raises it (orange) and lowers it (blue)"
    }
  }

  private var advice: String {
    switch content {
    case .change: " No threshold and no test of single places: the parts belong to one pattern."
    case .saliency:
      " A place may count here without going with \(target), where it tells other differences apart, and go with it "
        + "above without being looked at."
    }
  }

  private var unit: String {
    switch content {
    case .change: "change of probability"
    case .saliency: "of \(target) for a voxel's probability"
    }
  }

  /// - Throws: `EvaluationError.pictureNotEncoded`.
  package func content(over brain: Volume) throws(EvaluationError) -> ReportPicture {
    let limit = limit
    let picture = try ChangePicture(of: values, over: brain, limit: limit).picture
    let doubt =
      isBeyondChance == true
      ? "" : " As \(target) is not shown to be predicted beyond chance, this may be a picture of noise."
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
