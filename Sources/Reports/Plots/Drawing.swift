import Files
import Foundation

/// A plot as inline SVG with the page's styles, with a caption and a text description.
struct Drawing {
  static let width = 440.0
  static let height = 280.0

  private var elements: [String] = []

  /// Adds a line with a style class.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    let (a, b) = (Self.point(x1, y1, "x1", "y1"), Self.point(x2, y2, "x2", "y2"))
    elements.append("<line class=\"\(style)\" \(a) \(b)/>")
  }

  /// Adds a dot.
  /// - Parameter title: text shown when the pointer is on the dot.
  mutating func dot(_ x: Double, _ y: Double, title: String) {
    elements.append(
      "<circle class=\"dot\" \(Self.point(x, y, "cx", "cy")) r=\"4\"><title>\(title.escaped)</title></circle>"
    )
  }

  /// Adds a filled rectangle from its upper left corner down to `base`.
  mutating func bar(_ x: Double, _ y: Double, _ width: Double, _ base: Double) {
    let size = Self.point(width, base - y, "width", "height")
    elements.append("<rect class=\"bar\" \(Self.point(x, y, "x", "y")) \(size)/>")
  }

  /// Adds a row of fields of equal width along the upper edge, one per color.
  /// - Parameter colours: red, green and blue of each field.
  mutating func fields(_ colours: [SIMD3<UInt8>]) {
    let width = Self.width / Double(max(1, colours.count))
    let rectangles = colours.enumerated().map { index, colour in
      String(
        format: "<rect x=\"%.2f\" width=\"%.2f\" height=\"10\" fill=\"#%02x%02x%02x\"/>",
        width * Double(index), width + 0.5, Int(colour.x), Int(colour.y), Int(colour.z))
    }
    elements.append(rectangles.joined())
  }

  /// Adds a polyline with a style class.
  mutating func curve(_ points: [(x: Double, y: Double)], _ style: String) {
    let list = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    elements.append("<polyline class=\"curve \(style)\" points=\"\(list)\"/>")
  }

  /// Adds a text.
  /// - Parameter anchor: `start`, `middle` or `end`.
  mutating func text(_ text: String, _ x: Double, _ y: Double, anchor: String = "middle") {
    elements.append("<text \(Self.point(x, y, "x", "y")) text-anchor=\"\(anchor)\">\(text.escaped)</text>")
  }

  /// Adds the horizontal axis with its ticks and title.
  mutating func horizontal(_ axis: PlotAxis, y: Double, title: String) {
    line(axis.start, y, axis.end, y, "axis")
    for tick in axis.ticks {
      line(axis(tick), y, axis(tick), y + 4, "axis")
      text(axis.text(tick), axis(tick), y + 17)
    }
    text(title, (axis.start + axis.end) / 2, y + 35)
  }

  /// Adds the vertical axis with its ticks and title.
  mutating func vertical(_ axis: PlotAxis, x: Double, title: String) {
    line(x, axis.start, x, axis.end, "axis")
    for tick in axis.ticks {
      line(x - 4, axis(tick), x, axis(tick), "axis")
      text(axis.text(tick), x - 7, axis(tick) + 4, anchor: "end")
    }
    text(title, 4, 12, anchor: "start")
  }

  /// Returns the plot as an SVG element.
  /// - Parameters:
  ///   - style: style classes of the element.
  ///   - description: the text description for screen readers.
  ///   - height: height of the SVG in its own units.
  func svg(_ style: String = "plot", description: String, height: Double) -> String {
    """
    <svg class="\(style)" role="img" aria-label="\(description.escaped)" \
    viewBox="0 0 \(Self.number(Self.width)) \(Self.number(height))">
    \(elements.joined(separator: "\n"))
    </svg>
    """
  }

  /// Returns the figure as HTML.
  /// - Parameters:
  ///   - caption: the caption.
  ///   - description: the text description for screen readers.
  ///   - height: height of the SVG in its own units.
  func html(caption: String, description: String, height: Double = Self.height) -> String {
    "<figure>\(svg(description: description, height: height))<figcaption>\(caption.escaped)</figcaption></figure>"
  }

  private static func point(_ x: Double, _ y: Double, _ first: String, _ second: String) -> String {
    "\(first)=\"\(number(x))\" \(second)=\"\(number(y))\""
  }

  private static func number(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// An axis of a plot, with its scale and ticks.
struct PlotAxis {
  let low, high: Double
  /// Positions of the ends in SVG units.
  let start, end: Double

  /// Creates an axis that includes all finite values, with a small margin.
  init(holding values: [Double], start: Double, end: Double) {
    let finite = values.filter(\.isFinite)
    let (least, most) = (finite.min() ?? 0, finite.max() ?? 1)
    let room = most > least ? 0.05 * (most - least) : max(abs(most) * 0.05, 0.5)
    (low, high) = (least - room, most + room)
    (self.start, self.end) = (start, end)
  }

  /// Returns the position of a value in SVG units.
  func callAsFunction(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

  /// About four multiples of 1, 2 or 5 times a power of ten.
  var ticks: [Double] {
    let raw = (high - low) / 4
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw } ?? raw
    let first = (low / step).rounded(.up)
    return (0...10).map { (first + Double($0)) * step }.filter { $0 <= high }
  }

  /// Returns the label of a tick, as short as the distance of the ticks allows.
  func text(_ tick: Double) -> String {
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : high - low
    let digits = max(0, Int(-log10(step).rounded(.down)))
    return String(format: "%.\(min(digits, 6))f", tick == 0 ? 0 : tick)
  }
}
