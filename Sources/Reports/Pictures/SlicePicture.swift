import Evaluation
import Foundation
import Imaging

/// Slices of a scan in three planes, with the outline of a mask: a row for each plane, from the left, bottom
/// or back of the mask to its right, top or front.
///
/// Pixels are square in mm. Intensities between the 1st and the 99.5th percentile of the scan's non-zero voxels
/// become gray; scan values are interpolated trilinearly, the mask's are those of the nearest voxel.
public struct SlicePicture: Sendable {
  public struct Options: Sendable {
    public var planes = SlicePlane.allCases
    /// Slices per plane, evenly spread over the inner part of the mask's extent.
    public var slicesPerPlane = 4
    /// Side of a pixel in mm; `nil` is half the smallest voxel spacing, for an outline finer than the voxels.
    public var pixelSize: Double?
    public var convention = SliceConvention.neurological
    /// Red, green, blue of the outline.
    public var outline: SIMD3<UInt8> = [255, 60, 40]

    public init() {}
  }

  public let picture: Picture

  /// - Parameter mask: voxels other than 0 are inside; on the scan's grid.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`; `.pictureNotEncoded` if the affine is singular.
  public init(scan: Volume, mask: LabelMap, options: Options = Options()) throws(EvaluationError) {
    try EvaluationError.checkGrids(mask.grid, scan.grid)
    guard let sampler = SliceSampler(scan: scan, mask: mask, options: options) else {
      throw .pictureNotEncoded(reason: "the scan's affine is singular")
    }
    let rows = options.planes.map { plane in
      sampler.positions(through: plane, count: options.slicesPerPlane).map { sampler.slice(plane, at: $0) }
    }
    picture = SlicePicture.grid(of: rows)
  }

  /// Writes a PNG that appears whole or not at all.
  public func write(to path: String) throws {
    try picture.write(to: path)
  }

  /// Pictures in rows and columns, each in the middle of a cell that is as large as the largest.
  static func grid(of rows: [[Picture]]) -> Picture {
    let gap = 2
    let cellWidth = (rows.joined().map(\.width).max() ?? 1) + gap
    let heights = rows.map { ($0.map(\.height).max() ?? 1) + gap }
    var sheet = Picture(
      width: max(1, cellWidth * (rows.map(\.count).max() ?? 1)), height: max(1, heights.reduce(0, +)))
    var top = 0
    for (row, height) in zip(rows, heights) {
      for (column, slice) in row.enumerated() {
        sheet.draw(
          slice, x: cellWidth * column + (cellWidth - slice.width) / 2, y: top + (height - slice.height) / 2)
      }
      top += height
    }
    return sheet
  }
}

/// A plane of the body. Pictures are cut along these planes of world space, not along voxel axes, so that a
/// scan stored in any order, or tilted, is shown upright.
public enum SlicePlane: String, CaseIterable, Sendable {
  /// Seen from above or below: front of the head up.
  case axial
  /// Seen from the front or back: top of the head up.
  case coronal
  /// Seen from the right: front of the head to the right, top up.
  case sagittal

  /// World axes (0 right, 1 front, 2 up) along the picture's width and height, and through it.
  var axes: (across: Int, up: Int, through: Int) {
    switch self {
    case .axial: (0, 1, 2)
    case .coronal: (0, 2, 1)
    case .sagittal: (1, 2, 0)
    }
  }
}

/// On which side of an axial or coronal picture the right side of the body appears.
public enum SliceConvention: String, Sendable {
  /// Right is right, as if seen from behind or above; the default of research software.
  case neurological
  /// Right is left, as if the patient were faced.
  case radiological
}
