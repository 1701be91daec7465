import Foundation

/// One subject: verdict, slices with a viewer, numbers, links.
public struct ReportCard: ReportContent {
  public struct Fact {
    public let name, value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public struct Link {
    public let name: String
    /// Relative to the page, percent-encoded.
    public let address: String

    public init(_ name: String, address: String) {
      self.name = name
      self.address = address
    }
  }

  public let name: String
  /// Where links to the card lead: `#` and this.
  public let id: String
  public var verdict: String?
  public var isDoubtful = false
  public var doubts: [String] = []
  public var views: SliceViews?
  /// Why there is no picture, say.
  public var note: String?
  public var facts: [Fact] = []
  public var links: [Link] = []

  public init(name: String) {
    self.name = name
    id = Self.id(of: name)
  }

  /// Of a card with this name: letters, digits and hyphens.
  public static func id(of name: String) -> String {
    "card-"
      + name.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        let isPlain =
          scalar.isASCII && CharacterSet.alphanumerics.contains(scalar) || byte == UInt8(ascii: "-")
        return isPlain ? String(Character(scalar)) : "_\(byte)"
      }.joined()
  }

  public var html: String { ReportTemplates.render(context, .card) }

  private var context: Context {
    Context(
      name: name, id: id, verdict: verdict, isDoubtful: isDoubtful, doubts: doubts,
      hasDoubts: !doubts.isEmpty, views: views.map { SliceViews.Context($0, of: name, id: id) }, note: note,
      facts: facts, links: links, hasLinks: !links.isEmpty)
  }

  private struct Context {
    var name, id: String
    var verdict: String?
    var isDoubtful: Bool
    var doubts: [String]
    var hasDoubts: Bool
    var views: SliceViews.Context?
    var note: String?
    var facts: [Fact]
    var links: [Link]
    var hasLinks: Bool
  }
}
