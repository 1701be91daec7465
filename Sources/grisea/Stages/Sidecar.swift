import Files
import Imaging
import Segmentation

/// The JSON file beside an image: the fields that BIDS defines for derivatives, and the scan, model and program that made
/// it.
///
/// It holds no time and nothing about the machine, so that the same scan, model, version and precision give the same
/// bytes.
struct Sidecar: Codable, Hashable {
  var description: String
  /// The scan, as a BIDS URI or a file name.
  var sources: [String]
  /// The image with the same grid and world coordinates.
  var spatialReference: String
  /// The kind of a mask, `Brain` or `ROI`; `nil` for other images.
  var type: String?
  var sourceHash: ContentHash?
  var model: String
  var modelHash: ContentHash
  var program: String
  var arguments: [String]

  private enum CodingKeys: String, CodingKey {
    case description = "Description"
    case sources = "Sources"
    case spatialReference = "SpatialReference"
    case type = "Type"
    case sourceHash = "SourceSHA256"
    case model = "Model"
    case modelHash = "ModelSHA256"
    case program = "Program"
    case arguments = "Arguments"
  }

  /// Returns the sidecars of all images of a segmentation, each with its path.
  static func all(
    _ files: SegmentationFiles, source: String, sourceHash: ContentHash?, _ recipe: SegmentationRecipe,
    arguments: [String]
  ) -> [(path: String, sidecar: Sidecar)] {
    kinds(of: files).map { image, type, description in
      let sidecar = Sidecar(
        description: description, sources: [source], spatialReference: source, type: type,
        sourceHash: sourceHash, model: recipe.model.name, modelHash: recipe.model.hash,
        program: "grisea \(recipe.program.version)", arguments: arguments)
      return (SegmentationFiles.sidecar(of: image), sidecar)
    }
  }

  private static func kinds(
    of files: SegmentationFiles
  ) -> [(image: String, type: String?, description: String)] {
    var kinds: [(String, String?, String)] = [
      (
        files.labels, nil,
        "Most probable tissue: 0 background, 1 gray matter, 2 white matter, 3 cerebrospinal fluid"
      ),
      (files.mask, "ROI", "1 where gray matter is the most probable tissue"),
      (
        files.brainMask, "Brain",
        "1 inside the skull as far as the scan shows it: all tissue and what it encloses"
      ),
    ]
    for (tissue, path) in files.probabilities.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      kinds.append((path, nil, "Probability of \(tissue.words), 0 to 1"))
    }
    if let path = files.parts {
      let parts = GrayMatterPart.allCases.map { "\($0.rawValue) \($0) gray matter" }
      kinds.append(
        (
          path, nil,
          "Most probable tissue, gray matter divided by the network structures: 0 background, 2 white matter, 3 cerebrospinal fluid, "
            + parts.joined(separator: ", ")
        ))
    }
    if let path = files.structures {
      kinds.append(
        (path, nil, "Most probable structure of the tissue, by FreeSurfer's labels: see desc-aseg_dseg.tsv"))
    }
    if let path = files.entropy {
      kinds.append(
        (path, nil, "Entropy of the tissue probabilities as a share of the largest possible, 0 to 1"))
    }
    return kinds
  }
}

extension Tissue {
  /// The name in a sentence.
  var words: String {
    switch self {
    case .background: "background"
    case .grayMatter: "gray matter"
    case .whiteMatter: "white matter"
    case .csf: "cerebrospinal fluid"
    }
  }
}
