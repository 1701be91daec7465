import Foundation

extension BIDSDataset {
  /// What this program needs of `dataset_description.json`.
  ///
  /// Datasets are read as they are found: commas behind the last member and comments are passed over, a number counts as
  /// its digits where a text is due, and an optional field of another type as missing.
  public struct Description: Hashable, Sendable {
    public let name: String
    public let version: String
    public let doi: String?
    public let license: String?
    public let acknowledgement: String?

    /// Why a text is no such description.
    public enum Fault: Error, Hashable, Sendable {
      case notJSON
      case notAnObject
      /// A required field that is missing or neither text nor number.
      case noText(field: String)
      case danglingLink(String)
    }

    /// - Throws: `Fault`.
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

    /// JSON is UTF-8; what is not is taken for the older encoding of Western Europe, in which each byte is a letter.
    private static func utf8(_ data: Data) -> Data {
      guard String(validating: data, as: UTF8.self) == nil else { return data }
      return String(data: data, encoding: .isoLatin1).map { Data($0.utf8) } ?? data
    }
  }
}

/// The members of a JSON object that are texts or numbers, as texts.
private struct Fields: Decodable {
  private var texts: [String: String] = [:]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

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

  package subscript(name: String) -> String? { texts[name] }
}

extension BIDSDataset.Description.Fault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notJSON:
      "is no JSON: a bracket, a quote or a comma is missing or too many; a JSON editor shows where"
    case .notAnObject: "needed a JSON object, as in {\"Name\": \"…\", \"BIDSVersion\": \"1.10.0\"}"
    case .noText(let field): "needed the field \(field) with a text, found none; add it"
    case .danglingLink(let words): words
    }
  }
}
