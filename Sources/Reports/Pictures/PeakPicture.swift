import Evaluation
import Imaging

/// Slices through the peaks of a statistical map: a row per peak with its coronal, axial and sagittal slice. Lines lead
/// to the peak and end before it.
public struct PeakPicture: Sendable {
  /// A peak.
  public struct Peak: Hashable, Sendable {
    /// What is written beside the slices, such as the number of the cluster.
    public let name: String
    /// World position in mm.
    public let position: SIMD3<Double>

    /// Creates a peak.
    public init(name: String, position: SIMD3<Double>) {
      self.name = name
      self.position = position
    }
  }

  /// The picture.
  public let picture: Picture

  /// Pixel size in mm.
  private static let pixelSize = 1.0
  /// Margin around the brain in mm.
  private static let margin = 6.0
  /// Distance in pixels between a line and the peak.
  private static let clearance = 7

  /// Renders the slices.
  /// - Parameters:
  ///   - map: the map.
  ///   - background: the image below the map, on the map's grid.
  ///   - brain: the voxels that were analyzed, on the map's grid.
  ///   - peaks: the peaks, at least one.
  ///   - scale: the colors.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`; `.pictureNotEncoded` if the affine is singular.
  public init(
    of map: Volume, over background: Volume, in brain: LabelMap, at peaks: [Peak], scale: SignedScale
  ) throws(EvaluationError) {
    try EvaluationError.checkGrids(brain.grid, map.grid)
    try EvaluationError.checkGrids(background.grid, map.grid)
    guard let below = SliceSampler(scan: background, labels: brain),
      let above = SliceSampler(scan: map, labels: brain)
    else { throw .pictureNotEncoded(reason: "the affine is singular") }
    let (low, high) = below.labelBox(margin: Self.margin)
    let rows = peaks.map { peak in
      [SlicePlane.coronal, .axial, .sagittal].enumerated().map { index, plane in
        let frame = SliceFrame(
          plane, at: peak.position[plane.axes.through], from: low, to: high, pixelSize: Self.pixelSize,
          .neurological)
        var slice = Picture(width: frame.width, height: frame.height)
        for (index, values) in zip(below.grays(frame), above.nearestValues(frame)).enumerated() {
          slice[index % frame.width, index / frame.width] =
            scale.colour(values.1) ?? SIMD3(repeating: values.0)
        }
        slice.drawLines(to: frame.pixel(of: peak.position), clearance: Self.clearance)
        slice.mark(frame.ends)
        if index == 0 { slice.write(peak.name, x: 2, y: slice.height - Lettering.height - 2) }
        return slice
      }
    }
    picture = SlicePicture.grid(of: rows)
  }
}

extension Picture {
  /// Draws a horizontal and a vertical line toward a pixel, without the part near it.
  fileprivate mutating func drawLines(to pixel: (x: Int, y: Int), clearance: Int) {
    let colour: SIMD3<UInt8> = [150, 150, 150]
    for x in 0..<width where abs(x - pixel.x) > clearance && (0..<height).contains(pixel.y) {
      self[x, pixel.y] = colour
    }
    for y in 0..<height where abs(y - pixel.y) > clearance && (0..<width).contains(pixel.x) {
      self[pixel.x, y] = colour
    }
  }
}
