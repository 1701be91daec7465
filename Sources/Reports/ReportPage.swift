import Files
import Mustache

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

/// The templates in `Assets`, which are inside the program.
enum ReportTemplates {
  enum Name: String {
    case page, table, card
  }

  static let style = text(PackageResources.page_css)
  static let script = text(PackageResources.page_js)

  private static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    let files: [(Name, [UInt8])] = [
      (.page, PackageResources.page_mustache), (.table, PackageResources.table_mustache),
      (.card, PackageResources.card_mustache),
    ]
    for (name, bytes) in files {
      do {
        try library.register(text(bytes), named: name.rawValue)
      } catch {
        preconditionFailure("the template \(name) is none: \(error)")
      }
    }
    return library
  }()

  /// A template filled with a value's members by their names; text is escaped but for what stands in three braces.
  static func render(_ value: Any, _ name: Name) -> String {
    guard let html = library.render(value, withTemplate: name.rawValue) else {
      preconditionFailure("all templates are registered")
    }
    return html
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Why there is no report.
public enum ReportError: Error, Hashable, Sendable {
  case noResults(String)
  /// A scan without results in a folder.
  case noLabels(of: String, folder: String)
  case unreadable(path: String, reason: String)
  /// `found` is the first line.
  case noTrainingLog(path: String, found: String)
  case noAssociation(path: String)
  /// A folder without a map of how gray matter changes with any target.
  case noChanges(folder: String, targets: [String])
}

extension ReportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noResults(let path):
      "\(path): needed a folder that `grisea segment` or `grisea bids` has filled, found no …_dseg.nii.gz in it"
    case .noLabels(let scan, let folder):
      "\(scan): needed its labels, found no …_dseg.nii.gz of it in \(folder)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noTrainingLog(let path, let found):
      "\(path): needed a training's log with the columns epoch and loss, found \(found)"
    case .noAssociation(let path):
      "\(path): needed what `grisea associate` writes beside its table, found something else"
    case .noChanges(let folder, let targets):
      "\(folder): needed maps of `grisea reconstruct --changes`, found none of \(targets.joined(separator: ", "))"
    }
  }
}
