import Evaluation
import Foundation
import Imaging

/// Slices of a scan in three planes and of tissues, as pictures with one layout: one strip per plane, from left to
/// right, bottom to top, or back to front of the labels. A page shows some of them side by side and all in its viewer.
public struct SliceSheet: Sendable {
  /// Options of the pictures.
  public struct Options: Sendable {
    /// Number of slices per plane.
    public var slicesPerPlane = 24
    /// Pixel size of the scan's picture in mm; those of tissues are half as large, because outlines are thin.
    public var pixelSize = 1.5
    /// Number of gray values; fewer make a smaller file.
    public var shades = 64
    /// The tissues.
    public var layers = TissueLayer.grayMatter

    /// Creates the default options.
    public init() {}
  }

  /// The slices of one plane, from left to right with `gap` pixels between them, in pixels of the scan's picture.
  public struct Strip: Hashable, Sendable {
    /// The slice plane.
    public let plane: SlicePlane
    /// Position of the upper edge, size of a slice, and number of slices.
    public let top, width, height, count: Int
    /// Letters of the sides of the body or the head at the left and at the right edge.
    public let left, right: String
  }

  /// The scan's picture as PNG.
  public let scan: Data
  /// The picture of each tissue as PNG, with the tissue.
  public let tissues: [(layer: TissueLayer, png: Data)]
  /// Size of the scan's picture in pixels; those of tissues have twice as many along both axes.
  public let width, height: Int
  /// The strips, from top to bottom.
  public let strips: [Strip]
  /// Distance of slices in pixels.
  public static let gap = 1

  /// Share of the labels' extent that the slices cover.
  private static let share = 0.94

  /// Renders the slices.
  /// - Parameters:
  ///   - scan: the scan.
  ///   - labels: labels on the scan's grid.
  ///   - options: options of the pictures.
  /// - Throws: `EvaluationError.shapesDiffer`, `.affinesDiffer`; `.pictureNotEncoded` if the affine is singular.
  public init(scan: Volume, labels: LabelMap, options: Options = Options()) throws(EvaluationError) {
    try EvaluationError.checkGrids(labels.grid, scan.grid)
    guard let sampler = SliceSampler(scan: scan, labels: labels) else {
      throw .pictureNotEncoded(reason: "the scan's affine is singular")
    }
    let head = sampler.head
    func frame(_ plane: SlicePlane, _ position: Double, _ size: Double) -> SliceFrame {
      SliceFrame(plane, at: position, from: head.low, to: head.high, pixelSize: size, .neurological)
    }
    let strips = Self.strips(options.slicesPerPlane) { frame($0, 0, options.pixelSize) }
    let width = strips.map { ($0.width + Self.gap) * $0.count - Self.gap }.max() ?? 1
    let height = strips.last.map { $0.top + $0.height } ?? 1
    var grays = IndexedPicture(width: width, height: height, colours: Self.grays(options.shades))
    var marks = options.layers.map {
      IndexedPicture(width: 2 * width, height: 2 * height, colours: Self.marks($0.colour))
    }
    for strip in strips {
      let positions = sampler.positions(through: strip.plane, count: strip.count, share: Self.share)
      for (index, position) in positions.enumerated() {
        let x = index * (strip.width + Self.gap)
        let shades = sampler.grays(frame(strip.plane, position, options.pixelSize))
        grays.draw(
          shades.map { UInt8(Int($0) * options.shades / 256) }, width: strip.width, x: x, y: strip.top)
        let fine = frame(strip.plane, position, options.pixelSize / 2)
        for (number, layer) in options.layers.enumerated() {
          let pixels = sampler.inside(fine, label: layer.label).map(\.rawValue)
          marks[number].draw(
            Self.fitted(pixels, from: fine, to: strip), width: 2 * strip.width, x: 2 * x, y: 2 * strip.top)
        }
      }
    }
    self.scan = try grays.png()
    var tissues: [(layer: TissueLayer, png: Data)] = []
    for (layer, picture) in zip(options.layers, marks) { tissues.append((layer, try picture.png())) }
    self.tissues = tissues
    (self.width, self.height, self.strips) = (width, height, strips)
  }

  private static func strips(_ count: Int, frame: (SlicePlane) -> SliceFrame) -> [Strip] {
    SlicePlane.allCases.reduce(into: []) { strips, plane in
      let cell = frame(plane)
      let top = strips.last.map { $0.top + $0.height + gap } ?? 0
      strips.append(
        Strip(
          plane: plane, top: top, width: cell.width, height: cell.height, count: count,
          left: cell.ends.left, right: cell.ends.right))
    }
  }

  private static func grays(_ count: Int) -> [SIMD4<UInt8>] {
    (0..<count).map { shade in
      let gray = UInt8(shade * 255 / max(1, count - 1))
      return [gray, gray, gray, 255]
    }
  }

  /// Returns the colors of outside, inside and outline.
  private static func marks(_ colour: SIMD3<UInt8>) -> [SIMD4<UInt8>] {
    [[0, 0, 0, 0], SIMD4(colour, 70), SIMD4(colour, 255)]
  }

  /// Crops or pads pixels to twice a strip's cell, because half the pixel size can round to another number of pixels.
  private static func fitted(_ pixels: [UInt8], from frame: SliceFrame, to strip: Strip) -> [UInt8] {
    let (width, height) = (2 * strip.width, 2 * strip.height)
    return (0..<height).flatMap { y in
      (0..<width).map { x in
        x < frame.width && y < frame.height ? pixels[x + frame.width * y] : 0
      }
    }
  }
}
