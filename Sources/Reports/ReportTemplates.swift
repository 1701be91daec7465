import Mustache

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
