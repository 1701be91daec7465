import Evaluation
import Foundation
import Imaging

/// Slices of a brain in three planes, overlaid with a map: orange where it is positive, blue where it is negative, with
/// an opacity that increases with the absolute value. The colors can be distinguished with all types of color vision.
///
/// The map can have any grid; positions are in world space. Both images are interpolated trilinearly. Outside the brain
/// the map is not shown. Slices are marked with L and R, P and A.
public struct ChangePicture: Sendable {
  /// Options of the picture.
  public struct Options: Sendable {
    /// Number of slices per plane.
    public var slicesPerPlane = 6
    /// Pixel size in mm.
    public var pixelSize = 1.5

    /// Creates the default options.
    public init() {}
  }

  /// The picture.
  public let picture: Picture
  /// Red, green and blue of positive values.
  public static let above: SIMD3<UInt8> = [255, 150, 0]
  /// Red, green and blue of negative values.
  public static let below: SIMD3<UInt8> = [50, 140, 255]

  /// Margin around the brain in mm.
  private static let margin = 4.0

  /// Renders the slices.
  /// - Parameters:
  ///   - changes: the map.
  ///   - brain: the image below the map, 0 outside the brain.
  ///   - limit: the absolute value that is opaque, above 0.
  ///   - options: options of the picture.
  /// - Throws: `EvaluationError.pictureNotEncoded` if an affine is singular.
  public init(
    of changes: Volume, over brain: Volume, limit: Float, options: Options = Options()
  ) throws(EvaluationError) {
    precondition(limit > 0, "the limit must be positive")
    let mask = LabelMap(grid: brain.grid, labels: brain.voxels.map { $0 != 0 ? 1 : 0 })
    let every = LabelMap(grid: changes.grid, labels: Array(repeating: 1, count: changes.grid.count))
    guard let scan = SliceSampler(scan: brain, labels: mask),
      let map = SliceSampler(scan: changes, labels: every)
    else { throw .pictureNotEncoded(reason: "an affine is singular") }
    let (low, high) = scan.labelBox(margin: Self.margin)
    let rows = SlicePlane.allCases.map { plane in
      scan.positions(through: plane, count: options.slicesPerPlane).map { position in
        let frame = SliceFrame(
          plane, at: position, from: low, to: high, pixelSize: options.pixelSize, .neurological)
        var slice = Picture(width: frame.width, height: frame.height)
        let (grays, values, inside) = (scan.grays(frame), map.values(frame), scan.inside(frame))
        for index in grays.indices {
          let share = inside[index] == .outside ? 0 : values[index] / limit
          slice[index % frame.width, index / frame.width] = Self.colour(grays[index], share)
        }
        slice.mark(frame.ends)
        return slice
      }
    }
    picture = SlicePicture.grid(of: rows)
  }

  /// Returns the color of a pixel.
  /// - Parameters:
  ///   - gray: gray value of the image.
  ///   - share: value of the map relative to the limit: -1 is opaque blue, 0 is gray, 1 is opaque orange; values
  ///     outside are clamped.
  public static func colour(_ gray: UInt8, _ share: Float) -> SIMD3<UInt8> {
    let opacity = share.isFinite ? min(abs(share), 1) : 0
    let hue = SIMD3<Float>(share < 0 ? below : above)
    let mixed = SIMD3<Float>(repeating: Float(gray)) * (1 - opacity) + hue * opacity
    return SIMD3<UInt8>(mixed, rounding: .toNearestOrEven)
  }
}
