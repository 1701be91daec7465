import Foundation
import Imaging
import Provenance

/// `dataset_description.json` of derivatives, by the specification's rules.
struct DerivativeDescription: Codable, Hashable {
  struct Generator: Codable, Hashable {
    var name: String
    var version: String
    var description: String

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case version = "Version"
      case description = "Description"
    }
  }

  struct Source: Codable, Hashable {
    var url: String
    var doi: String?

    private enum CodingKeys: String, CodingKey {
      case url = "URL"
      case doi = "DOI"
    }
  }

  var name: String
  var bidsVersion: String
  var datasetType: String
  var license: String?
  var generatedBy: [Generator]
  var sourceDatasets: [Source]
  /// What stands before the path in sidecars' BIDS URIs.
  var datasetLinks: [String: String]
  var howToAcknowledge: String

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

  init(of source: BIDSDataset, in folder: String, version: String, acknowledgement: String) {
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

  /// The way from one folder to another, which stays right where both are moved together.
  static func link(from folder: String, to other: String) -> String {
    let (here, there) = (NormalPath(folder).components, NormalPath(other).components)
    let shared = zip(here, there).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: here.count - shared) + there.dropFirst(shared)
    let path = steps.isEmpty ? "." : steps.joined(separator: "/")
    return path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }
}
