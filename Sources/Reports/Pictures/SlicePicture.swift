import Evaluation
import Foundation
import Imaging

/// Slices of a scan in three planes with the outlines of tissues: one row per plane, from left to right, bottom to top,
/// or back to front of the labels.
///
/// Pixels are square in mm. Intensities between the 1st and the 99.5th percentile of the scan's non-zero voxels are
/// mapped to gray. The scan is interpolated trilinearly, the labels by nearest neighbor.
public struct SlicePicture: Sendable {
  /// Options of the picture.
  public struct Options: Sendable {
    /// The slice planes.
    public var planes = SlicePlane.allCases
    /// Number of slices per plane, evenly spaced over the inner part of the labels.
    public var slicesPerPlane = 4
    /// Pixel size in mm; `nil` for half the smallest voxel size, which gives an outline finer than the voxels.
    public var pixelSize: Double?
    /// Whether left and right are swapped.
    public var convention = SliceConvention.neurological
    /// The tissues whose outlines are drawn.
    public var layers = TissueLayer.grayMatter
    /// Whether the picture is cropped to the head.
    public var isCropped = true
    /// Whether the slices are marked with L and R, P and A (posterior, anterior).
    public var isMarked = true
    /// Name of the subject, which is written above the slices with the names of the tissues; `nil` for none.
    public var name: String?

    /// Creates the default options.
    public init() {}
  }

  /// The picture.
  public let picture: Picture

  /// Renders the slices.
  /// - Parameters:
  ///   - scan: the scan.
  ///   - labels: labels on the scan's grid.
  ///   - options: options of the picture.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`; `.pictureNotEncoded` if the affine is singular.
  public init(scan: Volume, labels: LabelMap, options: Options = Options()) throws(EvaluationError) {
    try EvaluationError.checkGrids(labels.grid, scan.grid)
    guard let sampler = SliceSampler(scan: scan, labels: labels) else {
      throw .pictureNotEncoded(reason: "the scan's affine is singular")
    }
    let spacing = scan.grid.affine.spacing
    let size = options.pixelSize ?? min(spacing.x, spacing.y, spacing.z) / 2
    var (low, high) = sampler.whole
    if options.isCropped {
      let head = sampler.head
      (low, high) = (head.low, head.high)
    }
    let rows = options.planes.map { plane in
      sampler.positions(through: plane, count: options.slicesPerPlane).map { position in
        let frame = SliceFrame(
          plane, at: position, from: low, to: high, pixelSize: size, options.convention)
        var slice = sampler.slice(frame, options.layers)
        if options.isMarked { slice.mark(frame.ends) }
        return slice
      }
    }
    let slices = SlicePicture.grid(of: rows)
    picture = options.name.map { slices.titled($0, options.layers) } ?? slices
  }

  /// Writes a PNG completely or not at all.
  /// - Throws: `EvaluationError.pictureNotEncoded`; `WriteError` if the file cannot be written.
  public func write(to path: String) throws {
    try picture.write(to: path)
  }

  /// Returns pictures in rows and columns, each centered in a cell of the size of the largest.
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

/// A slice plane. Slices follow the axes of world space and not those of the voxels, so that scans with any storage
/// order or tilt are shown upright.
public enum SlicePlane: String, CaseIterable, Sendable {
  /// Axial: anterior is up.
  case axial
  /// Coronal: superior is up.
  case coronal
  /// Sagittal: anterior is right, superior is up.
  case sagittal

  /// World axes (0 right, 1 anterior, 2 superior) along the picture's width and height, and through the plane.
  var axes: (across: Int, up: Int, through: Int) {
    switch self {
    case .axial: (0, 1, 2)
    case .coronal: (0, 2, 1)
    case .sagittal: (1, 2, 0)
    }
  }
}

/// The side of axial and coronal pictures on which the right side of the body is shown.
public enum SliceConvention: String, Sendable {
  /// Right is on the right; the default of research software.
  case neurological
  /// Right is on the left, as when facing the patient.
  case radiological
}
