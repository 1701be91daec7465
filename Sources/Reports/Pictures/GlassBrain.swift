import Evaluation
import Imaging

/// A glass brain: for each plane, the value of the largest absolute size along each line of sight, inside the outline of
/// the brain. All of a statistical map is seen in three views.
///
/// The axial view is from above, the coronal one from behind, so that right is on the right; they are marked.
public struct GlassBrain: Sendable {
  /// The picture.
  public let picture: Picture

  /// Pixel size in mm.
  private static let pixelSize = 1.0
  /// Margin around the brain in mm.
  private static let margin = 6.0

  /// Renders the views.
  /// - Parameters:
  ///   - map: the map.
  ///   - brain: the voxels that were analyzed, on the map's grid; voxels other than 0 are inside.
  ///   - scale: the colors.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`; `.pictureNotEncoded` if the affine is singular.
  public init(of map: Volume, in brain: LabelMap, scale: SignedScale) throws(EvaluationError) {
    try EvaluationError.checkGrids(brain.grid, map.grid)
    guard let sampler = SliceSampler(scan: map, labels: brain) else {
      throw .pictureNotEncoded(reason: "the affine is singular")
    }
    let (low, high) = sampler.labelBox(margin: Self.margin)
    let views = [SlicePlane.coronal, .axial, .sagittal].map { plane in
      let axis = plane.axes.through
      func frame(_ position: Double) -> SliceFrame {
        SliceFrame(
          plane, at: position, from: low, to: high, pixelSize: Self.pixelSize, SliceConvention.neurological)
      }
      let spacing = map.grid.affine.spacing
      let (values, isInside) = sampler.projection(
        frame(low[axis]), depth: high[axis] - low[axis], step: min(spacing.x, spacing.y, spacing.z))
      let middle = sampler.inside(frame((low[axis] + high[axis]) / 2))
      return Self.view(frame(low[axis]), values, isInside, middle, scale)
    }
    picture = Picture(sideBySide: views, gap: 8)
  }

  private static func view(
    _ frame: SliceFrame, _ values: [Float], _ isInside: [Bool], _ middle: [SliceSampler.MaskPixel],
    _ scale: SignedScale
  ) -> Picture {
    let width = frame.width
    var picture = Picture(width: width, height: frame.height)
    for index in values.indices {
      let neighbors = [index - 1, index + 1, index - width, index + width]
      let isEdge = isInside[index] && neighbors.contains { !isInside.indices.contains($0) || !isInside[$0] }
      let gray: UInt8 = isEdge ? 170 : middle[index] == .outline ? 85 : isInside[index] ? 28 : 0
      picture[index % width, index / width] = scale.colour(values[index]) ?? [gray, gray, gray]
    }
    picture.mark(frame.ends)
    return picture
  }
}
