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
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      font-family="sans-serif" font-size="12">
      <title>\(Self.escaped(title))</title>
      <defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">\
      <path d="M0,0 L8,4 L0,8 z" fill="#555"/></marker></defs>
      <rect width="\(width)" height="\(height)" fill="white"/>
      \((rows.indices.map { stage($0, rows[$0]) } + arrows.map { arrow($0, rows) }).joined(separator: "\n"))
      </svg>

      """
  }

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

  private func stage(_ index: Int, _ row: Row) -> String {
    let (left, right) = (Self.columnWidth, Self.columnWidth + Self.boxWidth)
    let command = nodes[index].stage.arguments.first ?? "grisea"
    var lines = [
      "<g class=\"stage\">",
      "<rect x=\"\(left)\" y=\"\(row.top)\" width=\"\(Self.boxWidth)\" height=\"\(row.height)\" rx=\"6\" fill=\"#e8eef4\" stroke=\"#456\"/>",
      Self.text(command, x: left + Self.boxWidth / 2, y: row.middle, "middle", "font-weight=\"bold\""),
      Self.text(
        "line \(nodes[index].stage.line)", x: left + Self.boxWidth / 2, y: row.middle + Self.lineHeight,
        "middle",
        "fill=\"#567\" font-size=\"10\""),
    ]
    lines += column(row.read, row, x: left - 12, "end") + column(row.written, row, x: right + 12, "start")
    return lines.joined(separator: "\n") + "\n</g>"
  }

  private func column(_ files: [String], _ row: Row, x: Int, _ anchor: String) -> [String] {
    let first = row.middle - files.count * Self.lineHeight / 2 + 12
    return files.enumerated().map {
      Self.text($0.element, x: x, y: first + $0.offset * Self.lineHeight, anchor)
    }
  }

  /// Straight down to the next stage, in a bow at the left to a later one.
  private func arrow(_ arrow: Arrow, _ rows: [Row]) -> String {
    let (from, to) = (rows[arrow.from], rows[arrow.to])
    let middle = Self.columnWidth + Self.boxWidth / 2
    let (start, end) = (from.top + from.height, to.top)
    let bow = Self.columnWidth - 12 - 10 * (arrow.to - arrow.from)
    let path =
      arrow.to == arrow.from + 1
      ? "M\(middle),\(start) L\(middle),\(end)"
      : "M\(Self.columnWidth + 16),\(start) C\(bow),\(start + 20) \(bow),\(end - 20) \(Self.columnWidth + 16),\(end)"
    let names = Self.escaped(arrow.files.joined(separator: ", "))
    return "<path class=\"arrow\" d=\"\(path)\" fill=\"none\" stroke=\"#555\" marker-end=\"url(#tip)\">"
      + "<title>\(names)</title></path>"
  }

  private static func text(_ words: String, x: Int, y: Int, _ anchor: String, _ more: String = "") -> String {
    // The end of a path tells more than its beginning.
    let shown = words.count > 46 ? "…" + words.suffix(45) : words
    return "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" \(more)>\(escaped(shown))</text>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
