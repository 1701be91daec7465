import Foundation

/// The card of one subject: verdict, slices with a viewer, a rating by the reader, numbers and links.
public struct ReportCard: ReportContent {
  /// A named value.
  public struct Fact {
    /// Name and value.
    public let name, value: String
    /// What the value means, which is shown where the pointer rests on the name; empty for none.
    public let meaning: String

    /// Creates a fact.
    public init(_ name: String, _ value: String, meaning: String = "") {
      self.name = name
      self.value = value
      self.meaning = meaning
    }
  }

  /// A link to a file.
  public struct Link {
    /// The link's text.
    public let name: String
    /// Address relative to the page, percent-encoded.
    public let address: String

    /// Creates a link.
    public init(_ name: String, address: String) {
      self.name = name
      self.address = address
    }
  }

  /// The subject's name.
  public let name: String
  /// Fragment identifier of the card: links to it are `#` and this identifier.
  public let id: String
  /// The verdict; `nil` for none.
  public var verdict: String?
  /// Whether the card is marked.
  public var isDoubtful = false
  /// Quality flags.
  public var doubts: [String] = []
  /// Slices of the scan; `nil` for none.
  public var views: SliceViews?
  /// A note, for example why there is no picture.
  public var note: String?
  /// Named values.
  public var facts: [Fact] = []
  /// Links to files.
  public var links: [Link] = []

  /// Creates an empty card.
  public init(name: String) {
    self.name = name
    id = Self.id(of: name)
  }

  /// Returns the fragment identifier of a card with this name, which has letters, digits, hyphens and underscores.
  public static func id(of name: String) -> String {
    "card-"
      + name.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        let isPlain =
          scalar.isASCII && CharacterSet.alphanumerics.contains(scalar) || byte == UInt8(ascii: "-")
        return isPlain ? String(Character(scalar)) : "_\(byte)"
      }.joined()
  }

  /// The card as HTML.
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
