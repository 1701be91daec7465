import Files

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
