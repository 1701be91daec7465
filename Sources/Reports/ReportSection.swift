import Files

/// A part of the page with a heading of its own, to which the page's navigation leads.
public struct ReportSection {
  /// Of letters and hyphens.
  public let id: String
  public let title: String
  /// HTML.
  public let body: String

  /// - Parameter content: in their order, below the heading.
  public init(id: String, title: String, _ content: [any ReportContent]) {
    self.id = id
    self.title = title
    body = content.map(\.html).joined(separator: "\n")
  }
}

/// What a section may hold: tables, plots, cards, paragraphs.
public protocol ReportContent {
  /// Whole elements, all text in them escaped.
  var html: String { get }
}

/// A paragraph of plain text.
public struct ReportParagraph: ReportContent {
  public let text: String

  public init(_ text: String) { self.text = text }

  public var html: String { "<p>\(text.escaped)</p>" }
}

/// Plots side by side where there is room.
public struct ReportPlots: ReportContent {
  private let plots: [any ReportContent]

  public init(_ plots: [any ReportContent]) { self.plots = plots }

  public var html: String { "<div class=\"plots\">\n\(plots.map(\.html).joined(separator: "\n"))\n</div>" }
}

extension String {
  /// For HTML and SVG, between tags and inside of quotes.
  var escaped: String {
    reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.append(character)
      }
    }
  }
}

/// A part of a section with a heading of its own.
public struct ReportPart: ReportContent {
  public let title: String
  private let content: [any ReportContent]

  public init(title: String, _ content: [any ReportContent]) {
    self.title = title
    self.content = content
  }

  public var html: String {
    (["<h3>\(title.escaped)</h3>"] + content.map(\.html)).joined(separator: "\n")
  }
}

/// Sentences as a list.
public struct ReportList: ReportContent {
  public let items: [String]

  public init(_ items: [String]) { self.items = items }

  public var html: String {
    items.isEmpty ? "" : "<ul>\(items.map { "<li>\($0.escaped)</li>" }.joined())</ul>"
  }
}
