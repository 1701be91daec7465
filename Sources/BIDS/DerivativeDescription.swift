import Files
import Foundation
import Imaging

/// `dataset_description.json` of derivatives, by the specification's rules.
package struct DerivativeDescription: Encodable, Hashable {
  package struct Generator: Encodable, Hashable {
    var name: String
    var version: String
    var description: String

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case version = "Version"
      case description = "Description"
    }
  }

  package struct Source: Encodable, Hashable {
    var url: String
    var doi: String?

    private enum CodingKeys: String, CodingKey {
      case url = "URL"
      case doi = "DOI"
    }
  }

  package var name: String
  package var bidsVersion: String
  package var datasetType: String
  package var license: String?
  package var generatedBy: [Generator]
  package var sourceDatasets: [Source]
  /// What stands before the path in sidecars' BIDS URIs.
  package var datasetLinks: [String: String]
  package var howToAcknowledge: String

  private enum CodingKeys: String, CodingKey {
    case name = "Name"
    case bidsVersion = "BIDSVersion"
    case datasetType = "DatasetType"
    case license = "License"
    case generatedBy = "GeneratedBy"
    case sourceDatasets = "SourceDatasets"
    case datasetLinks = "DatasetLinks"
    case howToAcknowledge = "HowToAcknowledge"
  }

  package init(of source: BIDSDataset, in folder: String, version: String, acknowledgement: String) {
    let link = Self.link(from: folder, to: source.path)
    name = source.description.name + ": gray matter"
    // The first with BIDS URIs was 1.8; these rules are those of 1.10.
    bidsVersion = "1.10.0"
    datasetType = "derivative"
    license = source.description.license
    generatedBy = [
      Generator(
        name: "grisea", version: version,
        description: "Gray matter, white matter and cerebrospinal fluid found in T1-weighted scans")
    ]
    sourceDatasets = [Source(url: link, doi: source.description.doi)]
    datasetLinks = ["raw": link]
    howToAcknowledge = acknowledgement
  }

  /// The way from one folder to another, which stays right where both are moved together, percent-encoded.
  package static func link(from folder: String, to other: String) -> String {
    let (here, there) = (NormalPath(folder).components, NormalPath(other).components)
    let shared = zip(here, there).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: here.count - shared) + there.dropFirst(shared)
    // What stands before a colon in the first step would be read as a scheme, as in `https:` (RFC 3986, 4.2).
    let start = steps.first?.contains(":") == true ? "./" : ""
    let path = steps.isEmpty ? "." : start + steps.joined(separator: "/")
    return path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }
}

extension DerivativeDescription {
  /// What is looked for in a description that is there already, perhaps changed by others: its other fields may be
  /// whatever they are.
  package struct Found: Decodable {
    /// Whether it describes derivatives that this program has made.
    package let isOwn: Bool
    /// The way to the dataset of the scans, percent-encoded.
    package let rawLink: String?

    private struct Generator: Decodable {
      var name: String?

      private enum CodingKeys: String, CodingKey { case name = "Name" }

      init(from decoder: any Decoder) throws {
        name = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
      }
    }

    /// `nil` where it is no JSON object.
    package init?(json: Data) {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      guard let found = try? decoder.decode(Self.self, from: json) else { return nil }
      self = found
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let generators = (try? container.decode([Generator].self, forKey: .generatedBy)) ?? []
      let type = try? container.decode(String.self, forKey: .datasetType)
      isOwn = type == "derivative" && generators.contains { $0.name == "grisea" }
      rawLink = (try? container.decode([String: String].self, forKey: .datasetLinks))?["raw"]
    }
  }
}
