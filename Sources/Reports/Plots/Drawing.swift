import Files
import Foundation

/// A plot as inline SVG with the page's styles, with a caption and a text description.
struct Drawing {
  static let width = 440.0
  static let height = 280.0

  private var elements: [SVGElement] = []

  /// Adds a line with a style class.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    elements.append(SVGElement("line", ["class": style, "x1": x1, "y1": y1, "x2": x2, "y2": y2]))
  }

  /// Adds a dot.
  /// - Parameter title: text shown when the pointer is on the dot.
  mutating func dot(_ x: Double, _ y: Double, title: String) {
    elements.append(
      SVGElement(
        "circle", ["class": "dot", "cx": x, "cy": y, "r": 4],
        children: [SVGElement("title", text: title)]))
  }

  /// Adds a filled rectangle from its upper left corner down to `base`.
  mutating func bar(_ x: Double, _ y: Double, _ width: Double, _ base: Double) {
    elements.append(
      SVGElement("rect", ["class": "bar", "x": x, "y": y, "width": width, "height": base - y]))
  }

  /// Adds a filled rectangle.
  /// - Parameter colour: red, green and blue.
  mutating func field(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: SIMD3<UInt8>) {
    elements.append(
      SVGElement(
        "rect",
        [
          "x": x, "y": y, "width": width, "height": height,
          "fill": "rgb(\(colour.x),\(colour.y),\(colour.z))",
        ]))
  }

  /// Adds a row of fields of equal width along the upper edge, one per color.
  /// - Parameter colours: red, green and blue of each field.
  mutating func fields(_ colours: [SIMD3<UInt8>]) {
    let width = Self.width / Double(max(1, colours.count))
    for (index, colour) in colours.enumerated() {
      field(width * Double(index), 0, width + 0.5, 10, colour)
    }
  }

  /// Adds a polyline with a style class.
  mutating func curve(_ points: [(x: Double, y: Double)], _ style: String) {
    let list = points.map { "\($0.x.svgText),\($0.y.svgText)" }.joined(separator: " ")
    elements.append(SVGElement("polyline", ["class": "curve \(style)", "points": list]))
  }

  /// Adds a text.
  /// - Parameter anchor: `start`, `middle` or `end`.
  mutating func text(_ text: String, _ x: Double, _ y: Double, anchor: String = "middle") {
    elements.append(SVGElement("text", ["x": x, "y": y, "text-anchor": anchor], text: text))
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
    SVGElement(
      "svg",
      [
        "class": style, "role": "img", "aria-label": description,
        "viewBox": "0 0 \(Self.width.svgText) \(height.svgText)",
      ], children: elements
    ).markup
  }

  /// Returns the figure as HTML.
  /// - Parameters:
  ///   - caption: the caption.
  ///   - description: the text description for screen readers.
  ///   - height: height of the SVG in its own units.
  func html(caption: String, description: String, height: Double = Self.height) -> String {
    "<figure>\(svg(description: description, height: height))<figcaption>\(caption.escaped)</figcaption></figure>"
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
