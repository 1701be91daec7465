/// One self-contained HTML page: no network, no file beside it; what it links to are other files.
///
/// The page has no time and no machine in it: the same results give the same bytes.
public struct ReportPage {
  public var title: String
  /// One sentence below the title.
  public var summary: String
  public var sections: [ReportSection]
  /// The last line: which program made it.
  public var footer: String

  public init(title: String, summary: String, sections: [ReportSection], footer: String) {
    self.title = title
    self.summary = summary
    self.sections = sections
    self.footer = footer
  }

  /// The whole file.
  public var html: String {
    ReportTemplates.render(
      Context(
        title: title, summary: summary, sections: sections, footer: footer, style: ReportTemplates.style,
        script: ReportTemplates.script), .page)
  }

  private struct Context {
    var title, summary: String
    var sections: [ReportSection]
    var footer, style, script: String
  }
}
