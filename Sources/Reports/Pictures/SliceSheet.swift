import Evaluation
import Foundation
import Imaging

/// Slices of a scan in three planes, and of a mask over them, as two pictures of one layout: a strip for each plane, from
/// the left, bottom or back of the mask to its right, top or front. What a page shows side by side, or scrolls through.
public struct SliceSheet: Sendable {
  public struct Options: Sendable {
    public var slicesPerPlane = 24
    /// Side of the scan's pixels in mm; those of the mask are half as large, for its outline is thin.
    public var pixelSize = 1.5
    /// Shades of gray; fewer make a smaller file.
    public var shades = 64
    /// Red, green, blue of outline and filling.
    public var colour: SIMD3<UInt8> = [255, 120, 0]

    public init() {}
  }

  /// Slices of one plane, from left to right, `gap` pixels between them; in pixels of the scan's picture.
  public struct Strip: Hashable, Sendable {
    public let plane: SlicePlane
    public let top, width, height, count: Int
  }

  /// PNG files.
  public let scan, mask: Data
  /// Of the scan's picture; the mask's has twice as many pixels along both.
  public let width, height: Int
  public let strips: [Strip]
  public static let gap = 1

  /// Of the mask's extent, over which the slices are spread.
  private static let share = 0.94
  /// In mm around the mask, so that an outline is not at the edge.
  private static let margin = 6.0

  /// - Parameter mask: voxels other than 0 are inside; on the scan's grid.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`; `.pictureNotEncoded` if the affine is singular.
  public init(scan: Volume, mask: LabelMap, options: Options = Options()) throws(EvaluationError) {
    try EvaluationError.checkGrids(mask.grid, scan.grid)
    guard let sampler = SliceSampler(scan: scan, mask: mask, options: .init()) else {
      throw .pictureNotEncoded(reason: "the scan's affine is singular")
    }
    let (low, high) = sampler.maskBox(margin: Self.margin)
    func frame(_ plane: SlicePlane, _ position: Double, _ size: Double) -> SliceFrame {
      SliceFrame(plane, at: position, from: low, to: high, pixelSize: size, .neurological)
    }
    var strips: [Strip] = []
    for plane in SlicePlane.allCases {
      let cell = frame(plane, 0, options.pixelSize)
      let top = strips.last.map { $0.top + $0.height + Self.gap } ?? 0
      strips.append(
        Strip(
          plane: plane, top: top, width: cell.width, height: cell.height, count: options.slicesPerPlane))
    }
    let width = strips.map { ($0.width + Self.gap) * $0.count - Self.gap }.max() ?? 1
    let height = strips.last.map { $0.top + $0.height } ?? 1
    var grays = IndexedPicture(width: width, height: height, colours: Self.grays(options.shades))
    var marks = IndexedPicture(width: 2 * width, height: 2 * height, colours: Self.marks(options.colour))
    for strip in strips {
      let positions = sampler.positions(through: strip.plane, count: strip.count, share: Self.share)
      for (index, position) in positions.enumerated() {
        let x = index * (strip.width + Self.gap)
        let shades = sampler.grays(frame(strip.plane, position, options.pixelSize))
        grays.draw(
          shades.map { UInt8(Int($0) * options.shades / 256) }, width: strip.width, x: x, y: strip.top)
        let fine = frame(strip.plane, position, options.pixelSize / 2)
        marks.draw(
          Self.fitted(sampler.inside(fine).map(\.rawValue), from: fine, to: strip), width: 2 * strip.width,
          x: 2 * x, y: 2 * strip.top)
      }
    }
    self.scan = try grays.png()
    self.mask = try marks.png()
    (self.width, self.height, self.strips) = (width, height, strips)
  }

  private static func grays(_ count: Int) -> [SIMD4<UInt8>] {
    (0..<count).map { shade in
      let gray = UInt8(shade * 255 / max(1, count - 1))
      return [gray, gray, gray, 255]
    }
  }

  /// Outside, inside, outline.
  private static func marks(_ colour: SIMD3<UInt8>) -> [SIMD4<UInt8>] {
    [[0, 0, 0, 0], SIMD4(colour, 70), SIMD4(colour, 255)]
  }

  /// Cut or padded to twice a strip's cell: half of a size in pixels may round differently.
  private static func fitted(_ pixels: [UInt8], from frame: SliceFrame, to strip: Strip) -> [UInt8] {
    let (width, height) = (2 * strip.width, 2 * strip.height)
    return (0..<height).flatMap { y in
      (0..<width).map { x in
        x < frame.width && y < frame.height ? pixels[x + frame.width * y] : 0
      }
    }
  }
}
