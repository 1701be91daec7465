import Files
import Foundation

/// Slices of a scan and its tissues: pictures with one layout, one above the other.
///
/// There is one strip of slices per plane, from top to bottom. The page shows some slices of each strip side by side,
/// and one at a time in its viewer. Both use the same pictures, so that each is stored once. Slices are marked with the
/// sides of the body.
public struct SliceViews {
  /// The slices of one plane, from left to right with a gap between them, in pixels of the picture.
  public struct Strip {
    /// Name of the plane.
    public let name: String
    /// Position of the upper edge, size of a slice, and number of slices.
    public let top, width, height, count: Int
    /// Letters of the sides at the left and at the right edge, such as `L` and `R`.
    public let left, right: String

    /// Creates a strip.
    public init(
      name: String, top: Int, width: Int, height: Int, count: Int, left: String = "", right: String = ""
    ) {
      self.name = name
      self.top = top
      self.width = width
      self.height = height
      self.count = count
      self.left = left
      self.right = right
    }
  }

  /// The picture of one tissue, transparent outside the tissue; it may have a higher resolution than that of the scan.
  public struct Layer {
    /// Name of the tissue.
    public let name: String
    /// Red, green and blue.
    public let colour: SIMD3<UInt8>
    /// The PNG file.
    public let png: Data

    /// Creates a layer.
    public init(name: String, colour: SIMD3<UInt8>, png: Data) {
      self.name = name
      self.colour = colour
      self.png = png
    }
  }

  /// The scan's picture as PNG.
  public let scan: Data
  /// The tissues.
  public let layers: [Layer]
  /// Size of the scan's picture, and distance of slices, in pixels.
  public let width, height, gap: Int
  /// The strips, from top to bottom.
  public let strips: [Strip]
  /// Number of slices of each plane that are shown side by side.
  public var shown = 4

  /// Creates views.
  public init(scan: Data, layers: [Layer], width: Int, height: Int, gap: Int, strips: [Strip]) {
    self.scan = scan
    self.layers = layers
    self.width = width
    self.height = height
    self.gap = gap
    self.strips = strips
  }

  /// The values used by the template.
  struct Context {
    struct Tile {
      var x, y, width, height: Int
      var box, left, right: String
      /// Position of the letter at the right edge, and of the line that both stand on.
      var end, line: Int
    }

    struct Choice {
      var name: String
      var top, width, height, count: Int
      var left, right: String
      var isFirst: Bool
    }

    struct Tissue {
      var name, colour, png, layer: String
    }

    var id, description, scan: String
    var tissues: [Tissue]
    var hasSeveralTissues: Bool
    var width, height, gap: Int
    var tiles: [Tile] = []
    var mosaicWidth = 0
    var mosaicHeight = 0
    var strips: [Choice]

    init(_ views: SliceViews, of name: String, id: String) {
      self.id = id
      let planes = views.strips.map { "\(min(views.shown, $0.count)) \($0.name.lowercased())" }
      description =
        "Slices of \(name) with outlines of \(views.layers.map(\.name).joined(separator: ", ")): "
        + planes.joined(separator: ", ")
      scan = views.scan.base64EncodedString()
      tissues = views.layers.enumerated().map { index, layer in
        Tissue(
          name: layer.name, colour: "rgb(\(layer.colour.x), \(layer.colour.y), \(layer.colour.z))",
          png: layer.png.base64EncodedString(), layer: "\(id)-layer-\(index)")
      }
      hasSeveralTissues = tissues.count > 1
      (width, height, gap) = (views.width, views.height, views.gap)
      strips = views.strips.enumerated().map { index, strip in
        Choice(
          name: strip.name, top: strip.top, width: strip.width, height: strip.height, count: strip.count,
          left: strip.left, right: strip.right, isFirst: index == 0)
      }
      let cell = (views.strips.map(\.width).max() ?? 0) + views.gap
      for strip in views.strips {
        add(strip, shown: min(views.shown, strip.count), gap: views.gap, cell: cell)
      }
    }

    /// Size of the letters in pixels of the picture.
    private static let letter = 9

    /// Adds a row of tiles, evenly spaced over the inner slices of a strip, each centered in a cell of the given width.
    private mutating func add(_ strip: Strip, shown: Int, gap: Int, cell: Int) {
      for index in 0..<shown {
        let share = shown > 1 ? 0.12 + 0.76 * Double(index) / Double(shown - 1) : 0.5
        let slice = Int((share * Double(strip.count - 1)).rounded())
        let x = index * cell + (cell - strip.width) / 2
        tiles.append(
          Tile(
            x: x, y: mosaicHeight, width: strip.width, height: strip.height,
            box: "\(slice * (strip.width + gap)) \(strip.top) \(strip.width) \(strip.height)",
            left: strip.left, right: strip.right, end: x + strip.width - 2, line: mosaicHeight + Self.letter)
        )
      }
      mosaicWidth = max(mosaicWidth, shown * cell)
      mosaicHeight += strip.height + gap
    }
  }
}
