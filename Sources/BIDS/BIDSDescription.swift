import Foundation

extension BIDSDataset {
  /// The fields of `dataset_description.json` that grisea uses.
  ///
  /// Reading is lenient: trailing commas and comments are accepted (JSON5), a number is accepted in place of text, and
  /// an optional field of another type is treated as missing.
  public struct Description: Hashable, Sendable {
    /// The dataset's name (`Name`).
    public let name: String
    /// The version of the BIDS specification (`BIDSVersion`).
    public let version: String
    /// The dataset's DOI (`DatasetDOI`).
    public let doi: String?
    /// The dataset's license (`License`).
    public let license: String?
    /// How to acknowledge the dataset (`HowToAcknowledge`).
    public let acknowledgement: String?

    /// Why a file is not a valid dataset description.
    public enum Fault: Error, Hashable, Sendable {
      /// The text is not JSON.
      case notJSON
      /// The JSON value is not an object.
      case notAnObject
      /// A required field is missing, or is neither text nor a number.
      case noText(field: String)
      /// The file is a symbolic link whose target does not exist; the text describes the link.
      case danglingLink(String)
    }

    /// Reads a description.
    /// - Parameter json: the bytes of `dataset_description.json`.
    /// - Throws: `Fault` if the text is not a JSON object or a required field is missing.
    public init(json: Data) throws(Fault) {
      let fields: Fields
      do {
        fields = try Self.decoder.decode(Fields.self, from: Self.utf8(json))
      } catch DecodingError.typeMismatch {
        throw .notAnObject
      } catch {
        throw .notJSON
      }
      guard let name = fields["Name"] else { throw .noText(field: "Name") }
      guard let version = fields["BIDSVersion"] else { throw .noText(field: "BIDSVersion") }
      self.name = name
      self.version = version
      doi = fields["DatasetDOI"]
      license = fields["License"]
      acknowledgement = fields["HowToAcknowledge"]
    }

    private static var decoder: JSONDecoder {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      return decoder
    }

    /// Returns the bytes as UTF-8. Bytes that are not valid UTF-8 are decoded as ISO Latin-1, in which each byte is one
    /// character.
    private static func utf8(_ data: Data) -> Data {
      guard String(validating: data, as: UTF8.self) == nil else { return data }
      return String(data: data, encoding: .isoLatin1).map { Data($0.utf8) } ?? data
    }
  }
}

/// The members of a JSON object that are text or numbers, all as text.
private struct Fields: Decodable {
  private var texts: [String: String] = [:]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Decodes the members and leaves out those of other types.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if let text = try? container.decode(String.self, forKey: key) {
        texts[key.stringValue] = text
      } else if let number = try? container.decode(Int.self, forKey: key) {
        texts[key.stringValue] = "\(number)"
      } else if let number = try? container.decode(Double.self, forKey: key) {
        texts[key.stringValue] = "\(number)"
      }
    }
  }

  /// The text of a member; `nil` if the object has no such member.
  package subscript(name: String) -> String? { texts[name] }
}

extension BIDSDataset.Description.Fault: CustomStringConvertible {
  /// The fault as the rest of a sentence that begins with the file's path.
  public var description: String {
    switch self {
    case .notJSON:
      "is not valid JSON: a bracket, quote or comma is missing or superfluous; a JSON editor shows where"
    case .notAnObject: "needed a JSON object, as in {\"Name\": \"…\", \"BIDSVersion\": \"1.10.0\"}"
    case .noText(let field): "needed the text field \(field), found none; add it"
    case .danglingLink(let words): words
    }
  }
}
