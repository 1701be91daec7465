import Files
import Foundation

/// The stages of a pipeline as a picture (SVG 1.1): a box for each stage in the order of the file, its inputs from outside
/// at the left, its outputs at the right, and an arrow from each stage to those that read its outputs.
public struct StageDrawing {
  /// An arrow between two stages, by their positions in the file.
  struct Arrow: Hashable {
    var from, to: Int
    /// The files that one writes and the other reads.
    var files: [String]
  }

  private let nodes: [StageGraph.Node]
  private let title: String
  let arrows: [Arrow]

  // Lengths in pixels at the SVG's own size.
  private static let (lineHeight, gap, boxWidth, columnWidth, margin) = (16, 34, 190, 330, 16)
  /// The number of files that are listed by name.
  private static let mostFiles = 6

  /// Creates the drawing of a graph.
  public init(_ graph: StageGraph, title: String) {
    nodes = graph.nodes
    self.title = title
    arrows = Self.arrows(nodes)
  }

  private static func arrows(_ nodes: [StageGraph.Node]) -> [Arrow] {
    nodes.indices.flatMap { to in
      nodes[..<to].indices.compactMap { from in
        let files = nodes[from].products.filter { StageGraph.reads(nodes[to], $0) }
        return files.isEmpty ? nil : Arrow(from: from, to: to, files: files)
      }
    }
  }

  /// Writes the picture.
  /// - Throws: `WriteError`.
  public func write(to path: String) throws(WriteError) {
    try AtomicFile.write(svg, to: path)
  }

  /// The file's text.
  public var svg: String {
    let rows = rows
    let height = (rows.last.map { $0.top + $0.height } ?? 0) + Self.margin
    let width = 2 * Self.columnWidth + Self.boxWidth
    let background = SVGElement("rect", ["width": width, "height": height, "fill": "white"])
    return SVGElement(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)", "font-family": "sans-serif", "font-size": 12,
      ],
      children: [SVGElement("title", text: title), Self.arrowhead, background]
        + rows.indices.map { stage($0, rows[$0]) } + arrows.map { arrow($0, rows) }
    ).markup + "\n"
  }

  private static let arrowhead = SVGElement(
    "defs",
    children: [
      SVGElement(
        "marker",
        ["id": "tip", "markerWidth": 8, "markerHeight": 8, "refX": 7, "refY": 4, "orient": "auto"],
        children: [SVGElement("path", ["d": "M0,0 L8,4 L0,8 z", "fill": "#555"])])
    ])

  private struct Row {
    var top, height: Int
    var read, written: [String]
    var middle: Int { top + height / 2 }
  }

  private var rows: [Row] {
    var top = Self.margin
    return nodes.enumerated().map { index, node in
      let inside = Set(arrows.filter { $0.to == index }.flatMap(\.files))
      let all = node.declaration.inputs + node.declaration.inputPatterns
      let read = Self.short(all.filter { input in !inside.contains { Self.holds(input, $0) } })
      let written = Self.short(node.products)
      let height = max(44, max(read.count, written.count) * Self.lineHeight + 8)
      defer { top += height + Self.gap }
      return Row(top: top, height: height, read: read, written: written)
    }
  }

  /// Whether an input is the file, its folder or a pattern of it.
  private static func holds(_ input: String, _ file: String) -> Bool {
    input == file || file.hasPrefix(input + "/") || FilePattern(input).matches(file)
  }

  private static func short(_ files: [String]) -> [String] {
    let rest = files.count - mostFiles
    return rest < 2 ? files : files.prefix(mostFiles) + ["and \(rest) more"]
  }

  private func stage(_ index: Int, _ row: Row) -> SVGElement {
    let (left, right) = (Self.columnWidth, Self.columnWidth + Self.boxWidth)
    let (center, command) = (left + Self.boxWidth / 2, nodes[index].stage.arguments.first ?? "grisea")
    let box = SVGElement(
      "rect",
      [
        "x": left, "y": row.top, "width": Self.boxWidth, "height": row.height, "rx": 6, "fill": "#e8eef4",
        "stroke": "#456",
      ])
    let name = SVGElement(
      "text", ["x": center, "y": row.middle, "text-anchor": "middle", "font-weight": "bold"], text: command)
    let line = SVGElement(
      "text",
      [
        "x": center, "y": row.middle + Self.lineHeight, "text-anchor": "middle", "fill": "#567",
        "font-size": 10,
      ], text: "line \(nodes[index].stage.line)")
    return SVGElement(
      "g", ["class": "stage"],
      children: [box, name, line] + column(row.read, row, x: left - 12, "end")
        + column(row.written, row, x: right + 12, "start"))
  }

  private func column(_ files: [String], _ row: Row, x: Int, _ anchor: String) -> [SVGElement] {
    let first = row.middle - files.count * Self.lineHeight / 2 + 12
    return files.enumerated().map { index, file in
      // The end of a path is kept, because it distinguishes files better than its beginning.
      let shown = file.count > 46 ? "…" + file.suffix(45) : file
      return SVGElement(
        "text", ["x": x, "y": first + index * Self.lineHeight, "text-anchor": anchor], text: shown)
    }
  }

  /// Straight down to the next stage, in a bow at the left to a later one.
  private func arrow(_ arrow: Arrow, _ rows: [Row]) -> SVGElement {
    let (from, to) = (rows[arrow.from], rows[arrow.to])
    let middle = Self.columnWidth + Self.boxWidth / 2
    let (start, end) = (from.top + from.height, to.top)
    let bow = Self.columnWidth - 12 - 10 * (arrow.to - arrow.from)
    let path =
      arrow.to == arrow.from + 1
      ? "M\(middle),\(start) L\(middle),\(end)"
      : "M\(Self.columnWidth + 16),\(start) C\(bow),\(start + 20) \(bow),\(end - 20) \(Self.columnWidth + 16),\(end)"
    return SVGElement(
      "path",
      ["class": "arrow", "d": path, "fill": "none", "stroke": "#555", "marker-end": "url(#tip)"],
      children: [SVGElement("title", text: arrow.files.joined(separator: ", "))])
  }
}
