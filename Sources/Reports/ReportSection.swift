import Files

/// A section of the page with a heading, listed in the page's navigation.
public struct ReportSection {
  /// Fragment identifier of letters and hyphens.
  public let id: String
  /// The heading.
  public let title: String
  /// The content as HTML.
  public let body: String

  /// Creates a section.
  /// - Parameter content: the content below the heading, in this order.
  public init(id: String, title: String, _ content: [any ReportContent]) {
    self.id = id
    self.title = title
    body = content.map(\.html).joined(separator: "\n")
  }
}

/// Content of a section: tables, plots, cards or paragraphs.
public protocol ReportContent {
  /// Complete HTML elements with escaped text.
  var html: String { get }
}

/// A paragraph of plain text.
public struct ReportParagraph: ReportContent {
  /// The text.
  public let text: String

  /// Creates a paragraph.
  public init(_ text: String) { self.text = text }

  /// The paragraph as HTML.
  public var html: String { "<p>\(text.escaped)</p>" }
}

/// Plots that are placed side by side if there is room.
public struct ReportPlots: ReportContent {
  private let plots: [any ReportContent]

  /// Creates a group of plots.
  public init(_ plots: [any ReportContent]) { self.plots = plots }

  /// The plots as HTML.
  public var html: String { "<div class=\"plots\">\n\(plots.map(\.html).joined(separator: "\n"))\n</div>" }
}

extension String {
  /// The text escaped for HTML and SVG, for content and quoted attributes.
  var escaped: String { SVGElement.escaped(self) }
}

/// A part of a section with a heading.
public struct ReportPart: ReportContent {
  /// The heading.
  public let title: String
  private let content: [any ReportContent]

  /// Creates a part.
  public init(title: String, _ content: [any ReportContent]) {
    self.title = title
    self.content = content
  }

  /// The part as HTML.
  public var html: String {
    (["<h3>\(title.escaped)</h3>"] + content.map(\.html)).joined(separator: "\n")
  }
}

/// A list of sentences.
public struct ReportList: ReportContent {
  /// The sentences.
  public let items: [String]

  /// Creates a list.
  public init(_ items: [String]) { self.items = items }

  /// The list as HTML; empty without sentences.
  public var html: String {
    items.isEmpty ? "" : "<ul>\(items.map { "<li>\($0.escaped)</li>" }.joined())</ul>"
  }
}

/// A legend of colors with a text.
public struct ReportKey: ReportContent {
  private let entries: [(name: String, colour: SIMD3<UInt8>)]
  private let text: String

  /// Creates a legend.
  public init(_ entries: [(name: String, colour: SIMD3<UInt8>)], text: String) {
    self.entries = entries
    self.text = text
  }

  /// The legend as HTML.
  public var html: String {
    let keys = entries.map { entry in
      let colour = "rgb(\(entry.colour.x), \(entry.colour.y), \(entry.colour.z))"
      return "<span class=\"key\" style=\"background: \(colour)\"></span>\(entry.name.escaped) "
    }
    return "<p>\(keys.joined())– \(text.escaped)</p>"
  }
}
