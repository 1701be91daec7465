import Files
import Foundation
import Imaging

/// The contents of `dataset_description.json` of a derivative dataset (BIDS 1.10, "Derived dataset and pipeline
/// description").
package struct DerivativeDescription: Encodable, Hashable {
  /// The program that made the derivatives (`GeneratedBy`).
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

  /// A dataset from which the derivatives were made (`SourceDatasets`).
  package struct Source: Encodable, Hashable {
    var url: String
    var doi: String?

    private enum CodingKeys: String, CodingKey {
      case url = "URL"
      case doi = "DOI"
    }
  }

  /// The derivative dataset's name.
  package var name: String
  /// The version of the BIDS specification.
  package var bidsVersion: String
  /// The type of the dataset: `derivative`.
  package var datasetType: String
  /// The license, taken from the source dataset.
  package var license: String?
  /// The programs that made the derivatives.
  package var generatedBy: [Generator]
  /// The source datasets.
  package var sourceDatasets: [Source]
  /// Dataset names used in the BIDS URIs of sidecars, with the path that each stands for.
  package var datasetLinks: [String: String]
  /// How to acknowledge the derivatives.
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

  /// Describes derivatives of a dataset.
  /// - Parameters:
  ///   - source: the dataset of the scans.
  ///   - folder: the output folder, from which the link to the source is relative.
  ///   - version: the version of grisea.
  ///   - acknowledgement: the text of `HowToAcknowledge`.
  package init(of source: BIDSDataset, in folder: String, version: String, acknowledgement: String) {
    let link = Self.link(from: folder, to: source.path)
    name = source.description.name + ": gray matter"
    // BIDS URIs exist since version 1.8; the rules followed here are those of 1.10.
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

  /// Returns the relative path from one folder to another, percent-encoded. The path remains valid if both folders are
  /// moved together.
  package static func link(from folder: String, to other: String) -> String {
    let (here, there) = (NormalPath(folder).components, NormalPath(other).components)
    let shared = zip(here, there).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: here.count - shared) + there.dropFirst(shared)
    // A colon in the first step would make it a URI scheme, as in `https:` (RFC 3986, 4.2).
    let start = steps.first?.contains(":") == true ? "./" : ""
    let path = steps.isEmpty ? "." : start + steps.joined(separator: "/")
    return path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }
}

extension DerivativeDescription {
  /// The fields that are read from an existing description, which other programs may have changed. Other fields are
  /// ignored.
  package struct Found: Decodable {
    /// Whether the dataset holds derivatives made by grisea.
    package let isOwn: Bool
    /// The percent-encoded link to the dataset of the scans; `nil` if there is none.
    package let rawLink: String?

    private struct Generator: Decodable {
      var name: String?

      private enum CodingKeys: String, CodingKey { case name = "Name" }

      init(from decoder: any Decoder) throws {
        name = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
      }
    }

    /// Reads an existing description. Returns `nil` if the text is not a JSON object.
    package init?(json: Data) {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      guard let found = try? decoder.decode(Self.self, from: json) else { return nil }
      self = found
    }

    /// Decodes the fields and treats those of unexpected types as missing.
    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let generators = (try? container.decode([Generator].self, forKey: .generatedBy)) ?? []
      let type = try? container.decode(String.self, forKey: .datasetType)
      isOwn = type == "derivative" && generators.contains { $0.name == "grisea" }
      rawLink = (try? container.decode([String: String].self, forKey: .datasetLinks))?["raw"]
    }
  }
}
