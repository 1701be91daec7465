import Imaging

/// What a network found in a scan, on the scan's own grid.
public struct Segmentation: Sendable {
  /// Channel of the greatest probability for each voxel, as BIDS tissue labels.
  public var labels: LabelMap
  /// One volume for each tissue but the background, 0 to 1.
  public var probabilities: [Tissue: Volume]
  /// The same labels, with parts of the gray matter (`GrayMatterPart`) in its place; `nil` where they are not known.
  public var parts: LabelMap?

  public init(labels: LabelMap, probabilities: [Tissue: Volume]) {
    self.labels = labels
    self.probabilities = probabilities
  }

  /// 1 where the label is this tissue.
  public func mask(of tissue: Tissue) -> LabelMap {
    LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == tissue.rawValue ? 1 : 0 })
  }

  /// The hard volume of a tissue in ml: voxels with its label times |det| of the affine.
  public func volume(of tissue: Tissue) -> Double {
    Double(labels.labels.count { $0 == tissue.rawValue }) * labels.grid.voxelVolume / 1000
  }

  /// The same of a part of the gray matter; `nil` where parts are not known.
  public func volume(of part: GrayMatterPart) -> Double? {
    parts.map { Double($0.labels.count { $0 == part.rawValue }) * labels.grid.voxelVolume / 1000 }
  }
}
