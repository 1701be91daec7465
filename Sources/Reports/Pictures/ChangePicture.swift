import Evaluation
import Foundation
import Imaging

/// Slices of a brain in three planes, and over them where a map is above 0 (orange) and below (blue), the more opaque
/// the further from it: hues that all kinds of colour vision tell apart.
///
/// The map may lie on any grid; places are those of the world. Of both, values are interpolated trilinearly.
public struct ChangePicture: Sendable {
  public struct Options: Sendable {
    public var slicesPerPlane = 6
    /// Side of a pixel in mm.
    public var pixelSize = 1.5

    public init() {}
  }

  public let picture: Picture
  /// Red, green and blue of what is above 0, and below.
  public static let above: SIMD3<UInt8> = [255, 150, 0]
  public static let below: SIMD3<UInt8> = [50, 140, 255]

  /// In mm around the brain.
  private static let margin = 4.0

  /// - Parameters:
  ///   - brain: 0 where there is no brain.
  ///   - limit: the distance from 0 that is opaque, above 0.
  /// - Throws: `EvaluationError.pictureNotEncoded` if an affine is singular.
  public init(
    of changes: Volume, over brain: Volume, limit: Float, options: Options = Options()
  ) throws(EvaluationError) {
    precondition(limit > 0, "colours have a scale")
    let mask = LabelMap(grid: brain.grid, labels: brain.voxels.map { $0 != 0 ? 1 : 0 })
    let every = LabelMap(grid: changes.grid, labels: Array(repeating: 1, count: changes.grid.count))
    guard let scan = SliceSampler(scan: brain, mask: mask, options: .init()),
      let map = SliceSampler(scan: changes, mask: every, options: .init())
    else { throw .pictureNotEncoded(reason: "an affine is singular") }
    let (low, high) = scan.maskBox(margin: Self.margin)
    let rows = SlicePlane.allCases.map { plane in
      scan.positions(through: plane, count: options.slicesPerPlane).map { position in
        let frame = SliceFrame(
          plane, at: position, from: low, to: high, pixelSize: options.pixelSize, .neurological)
        var slice = Picture(width: frame.width, height: frame.height)
        for (index, shade) in zip(scan.grays(frame), map.values(frame)).enumerated() {
          slice[index % frame.width, index / frame.width] = Self.colour(shade.0, shade.1 / limit)
        }
        return slice
      }
    }
    picture = SlicePicture.grid(of: rows)
  }

  /// - Parameter share: -1 is blue alone, 0 the gray alone, 1 orange alone; what lies beyond is clipped.
  public static func colour(_ gray: UInt8, _ share: Float) -> SIMD3<UInt8> {
    let opacity = share.isFinite ? min(abs(share), 1) : 0
    let hue = SIMD3<Float>(share < 0 ? below : above)
    let mixed = SIMD3<Float>(repeating: Float(gray)) * (1 - opacity) + hue * opacity
    return SIMD3<UInt8>(mixed, rounding: .toNearestOrEven)
  }
}
