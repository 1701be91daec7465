import Imaging

/// A training example: a preprocessed image and the tissue label of each of its voxels.
public struct LabeledImage: Sendable {
  /// The image as the network shall see it: reoriented, resampled, scaled.
  public let image: Volume
  /// Tissue labels on the image's grid, each at most 255.
  public let labels: LabelMap
  /// Where each label is found, for sampling.
  public let index: LabelIndex
  /// The box of all tissue, in voxels; `nil` without any.
  public let tissueWindow: Window?

  public init(image: Volume, labels: LabelMap) {
    precondition(image.grid.matches(labels.grid), "an image and its labels have the same grid")
    precondition(
      labels.labels.allSatisfy { $0 <= UInt8.max }, "tissue labels are at most 255; map the label table first"
    )
    self.image = image
    self.labels = labels
    index = LabelIndex(labels)
    tissueWindow = Window(around: labels)
  }

  /// Numbers of voxels along i, j, k.
  public var shape: SIMD3<Int> { image.grid.shape }
}
