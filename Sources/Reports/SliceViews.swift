import Files
import Foundation

/// Slices of a scan and what was found in them: two pictures of one layout, one over the other.
///
/// A strip of slices for each plane, the strips below each other. The page shows some slices of each strip side by side,
/// and one at a time in its viewer; both cut them from the same two pictures, so that each is in the page once.
public struct SliceViews {
  /// Slices of one plane, from left to right with a gap between them. All in pixels of the picture.
  public struct Strip {
    public let name: String
    public let top, width, height, count: Int

    public init(name: String, top: Int, width: Int, height: Int, count: Int) {
      self.name = name
      self.top = top
      self.width = width
      self.height = height
      self.count = count
    }
  }

  /// PNG files. The mask's is see-through where there is nothing, and may have more pixels for the same picture.
  public let scan, mask: Data
  public let width, height, gap: Int
  public let strips: [Strip]
  /// Slices of each plane that are shown side by side.
  public var shown = 4

  public init(scan: Data, mask: Data, width: Int, height: Int, gap: Int, strips: [Strip]) {
    self.scan = scan
    self.mask = mask
    self.width = width
    self.height = height
    self.gap = gap
    self.strips = strips
  }

  /// As the template reads it.
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

    /// A row of tiles, spread over the inner slices of the strip, each in the middle of a cell of this width.
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
