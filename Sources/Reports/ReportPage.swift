import Files
import Mustache

/// A self-contained HTML page, which needs no network and no other files; its links lead to other files.
///
/// The page contains no time of its own and no host name, so the same results give the same bytes.
public struct ReportPage {
  /// Title of the page.
  public var title: String
  /// One sentence below the title.
  public var summary: String
  /// Named values below the summary, such as the dataset and the model.
  public var facts: [ReportCard.Fact] = []
  /// The sections.
  public var sections: [ReportSection]
  /// The last line, which names the program.
  public var footer: String

  /// Creates a page.
  public init(title: String, summary: String, sections: [ReportSection], footer: String) {
    self.title = title
    self.summary = summary
    self.sections = sections
    self.footer = footer
  }

  /// The whole page as HTML.
  public var html: String {
    ReportTemplates.render(
      Context(
        title: title, summary: summary, facts: facts, hasFacts: !facts.isEmpty, sections: sections,
        footer: footer, style: ReportTemplates.style,
        script: ReportTemplates.script), .page)
  }

  private struct Context {
    var title, summary: String
    var facts: [ReportCard.Fact]
    var hasFacts: Bool
    var sections: [ReportSection]
    var footer, style, script: String
  }
}

/// The templates in `Assets`, which are embedded in the program.
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
        preconditionFailure("the template \(name) is not valid: \(error)")
      }
    }
    return library
  }()

  /// Renders a template with the members of a value, by their names. Text is escaped except in triple braces.
  static func render(_ value: Any, _ name: Name) -> String {
    guard let html = library.render(value, withTemplate: name.rawValue) else {
      preconditionFailure("the template is not registered")
    }
    return html
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Why a report cannot be made.
public enum ReportError: Error, Hashable, Sendable {
  /// The folder has no segmentation.
  case noResults(String)
  /// Two label maps in the folder have the same scan name.
  case sameName(String, String)
  /// The folder has no segmentation of a scan.
  case noLabels(of: String, folder: String)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is not a training log. `found` is its first line.
  case noTrainingLog(path: String, found: String)
  /// The file is not a result of `associate`.
  case noAssociation(path: String)
  /// The folder has no result of `vbm`.
  case noVoxelwise(path: String)
  /// The folder has no map of the changes of gray matter with any target.
  case noChanges(folder: String, targets: [String])
}

extension ReportError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .noResults(let path):
      "\(path): found no …_dseg.nii.gz, needed an output folder of `grisea segment` or `grisea bids`"
    case .sameName(let first, let second):
      "\(first) and \(second): these label maps have the same scan name, so their scans and volumes cannot be distinguished; "
        + "make a report of each folder"
    case .noLabels(let scan, let folder):
      "\(scan): found no …_dseg.nii.gz of this scan in \(folder)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noTrainingLog(let path, let found):
      "\(path): needed a training log with the columns epoch and loss, found \(found)"
    case .noAssociation(let path):
      "\(path): not a result of `grisea associate`; needed the JSON file that it writes next to its table"
    case .noVoxelwise(let path):
      "\(path): found no readable vbm.json, needed an output folder of `grisea vbm`"
    case .noChanges(let folder, let targets):
      "\(folder): found no map of \(targets.joined(separator: ", ")), needed maps of `grisea reconstruct --changes`"
    }
  }
}
