import Files
import Foundation

/// Slices of a scan and its mask: two pictures with one layout, one above the other.
///
/// There is one strip of slices per plane, from top to bottom. The page shows some slices of each strip side by side,
/// and one at a time in its viewer. Both use the same two pictures, so that each is stored once.
public struct SliceViews {
  /// The slices of one plane, from left to right with a gap between them, in pixels of the picture.
  public struct Strip {
    /// Name of the plane.
    public let name: String
    /// Position of the upper edge, size of a slice, and number of slices.
    public let top, width, height, count: Int

    /// Creates a strip.
    public init(name: String, top: Int, width: Int, height: Int, count: Int) {
      self.name = name
      self.top = top
      self.width = width
      self.height = height
      self.count = count
    }
  }

  /// The pictures as PNG. The mask's is transparent outside the mask and may have a higher resolution.
  public let scan, mask: Data
  /// Size of the scan's picture, and distance of slices, in pixels.
  public let width, height, gap: Int
  /// The strips, from top to bottom.
  public let strips: [Strip]
  /// Number of slices of each plane that are shown side by side.
  public var shown = 4

  /// Creates views.
  public init(scan: Data, mask: Data, width: Int, height: Int, gap: Int, strips: [Strip]) {
    self.scan = scan
    self.mask = mask
    self.width = width
    self.height = height
    self.gap = gap
    self.strips = strips
  }

  /// The values used by the template.
  struct Context {
    struct Tile {
      var x, y, width, height: Int
      var box: String
    }

    struct Choice {
      var name: String
      var top, width, height, count: Int
      var isFirst: Bool
    }

    var id, description, scan, mask: String
    var width, height, gap: Int
    var tiles: [Tile] = []
    var mosaicWidth = 0
    var mosaicHeight = 0
    var strips: [Choice]

    init(_ views: SliceViews, of name: String, id: String) {
      self.id = id
      description =
        "Slices of \(name) with the gray matter's outline: "
        + views.strips.map { "\(min(views.shown, $0.count)) \($0.name.lowercased())" }.joined(separator: ", ")
      scan = views.scan.base64EncodedString()
      mask = views.mask.base64EncodedString()
      (width, height, gap) = (views.width, views.height, views.gap)
      strips = views.strips.enumerated().map { index, strip in
        Choice(
          name: strip.name, top: strip.top, width: strip.width, height: strip.height, count: strip.count,
          isFirst: index == 0)
      }
      let cell = (views.strips.map(\.width).max() ?? 0) + views.gap
      for strip in views.strips {
        add(strip, shown: min(views.shown, strip.count), gap: views.gap, cell: cell)
      }
    }

    /// Adds a row of tiles, evenly spaced over the inner slices of a strip, each centered in a cell of the given width.
    private mutating func add(_ strip: Strip, shown: Int, gap: Int, cell: Int) {
      for index in 0..<shown {
        let share = shown > 1 ? 0.12 + 0.76 * Double(index) / Double(shown - 1) : 0.5
        let slice = Int((share * Double(strip.count - 1)).rounded())
        let box = "\(slice * (strip.width + gap)) \(strip.top) \(strip.width) \(strip.height)"
        tiles.append(
          Tile(
            x: index * cell + (cell - strip.width) / 2, y: mosaicHeight, width: strip.width,
            height: strip.height, box: box)
        )
      }
      mosaicWidth = max(mosaicWidth, shown * cell)
      mosaicHeight += strip.height + gap
    }
  }
}
