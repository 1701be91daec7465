import Files
import Foundation
import Imaging
import Morphometry

/// `regions.tsv`: gray matter in the regions of an atlas, one row for each normalized scan.
struct RegionTable: Sendable {
  /// A normalized scan: the transform to its own space, and its gray matter map.
  struct Scan: Hashable, Sendable {
    var name, transform, gray: String
  }

  static let fileName = "regions.tsv"
  private static let ending = "_to-T1w_mode-image_xfm.nii.gz"

  private let atlas: RegionAtlas
  private let atlasName: String
  private let license: String
  /// The labels of the atlas that have no name, and no column.
  private let unnamed: [Int]
  private let version: String
  private var rows: [[String]] = []

  /// Reads the atlas.
  /// - Throws: `StatisticsError`, `NIfTIError`.
  init(_ files: AtlasFiles, version: String) throws {
    let named = try Atlas(files)
    atlas = try files == .standard ? StandardTemplate().atlas : RegionAtlas(named, path: files.labels)
    (atlasName, license, unnamed) = (named.name, named.license, named.unnamedLabels)
    self.version = version
  }

  /// Finds the normalized scans of a folder.
  /// - Parameters:
  ///   - space: the template that the transforms are from; `nil` where there is only one.
  ///   - maps: the folder of the gray matter maps, which has the same folders of participants.
  /// - Throws: `NormalizationError.noTransforms`, `.severalSpaces`, `.noGrayMatter`.
  static func scans(in folder: String, space: String?, maps: String) throws(NormalizationError) -> [Scan] {
    let places = ["", "sub-*/anat/", "sub-*/ses-*/anat/"]
    let pattern = "*_from-\(space.map(FilePattern.escaped) ?? "*")\(ending)"
    let root = FilePattern.escaped(folder)
    let paths = places.flatMap { ImageFiles.matches(of: root.joined($0 + pattern)) }
    guard !paths.isEmpty else { throw .noTransforms(folder: folder) }
    let spaces = Set(paths.compactMap(Self.space(ofTransform:)))
    guard spaces.count < 2 else { throw .severalSpaces(folder: folder, found: spaces.sorted()) }
    return try paths.map { path throws(NormalizationError) in
      let parts = path.lastComponent.split(separator: "_")
      let name = parts.prefix { !$0.hasPrefix("from-") }.joined(separator: "_")
      let place = path.dropFirst(folder.count).dropLast(path.lastComponent.count)
      let gray = (maps + place).joined("\(name)_label-GM_probseg.nii.gz")
      guard FileManager.default.fileExists(atPath: gray) else {
        throw .noGrayMatter(transform: path, expected: gray)
      }
      return Scan(name: name, transform: path, gray: gray)
    }
  }

  /// `cohort` of `sub-01_from-cohort_to-T1w_mode-image_xfm.nii.gz`.
  private static func space(ofTransform path: String) -> String? {
    path.lastComponent.split(separator: "_").first { $0.hasPrefix("from-") }.map {
      String($0.dropFirst("from-".count))
    }
  }

  /// Measures a scan and adds its row.
  mutating func add(_ scan: Scan, _ gray: Volume) throws(NIfTIError) {
    let field = try VectorVolume(contentsOf: scan.transform)
    let volumes = atlas.volumes(in: gray, through: field)
    let parts = scan.name.split(separator: "_").map(String.init)
    let session = parts.first { $0.hasPrefix("ses-") }
    let total = gray.voxels.reduce(0.0) { $0 + Double(max(0, $1)) } * gray.grid.voxelVolume / 1000
    rows.append(
      [parts.first ?? scan.name, session ?? TableCell.missing, scan.name]
        + (volumes + [total]).map { TableCell.text($0, "%.4f") })
  }

  /// Writes the table and the JSON of its columns beside it.
  func write(to folder: String) throws -> String {
    let path = folder.joined(Self.fileName)
    let head = ["participant_id", "session_id", "scan"] + atlas.regions.map(\.name) + ["GM_soft_ml"]
    try AtomicFile.write(TSV.text([head] + rows), to: path)
    try AtomicFile.write(JSONText.readable(description), to: path.replacingEnding(".tsv", with: ".json"))
    return path
  }

  /// The atlas, its terms, and what the table lacks, for the user.
  var notice: String {
    let labels = StandardError.list(unnamed.map(String.init), first: 10)
    return "atlas: \(atlasName); license: \(license)"
      + (unnamed.isEmpty ? "" : "\nwarning: these labels of the atlas have no name, and no column: \(labels)")
  }

  private var description: [String: [String: String]] {
    var columns = [
      "scan": ["Description": "Name of the scan"],
      "GM_soft_ml": ["Description": "Sum of the gray matter probabilities of the scan", "Units": "ml"],
    ]
    for region in atlas.regions {
      let rest = region.takesRest ? ", and gray matter outside all regions that is nearest to it" : ""
      columns[region.name] = [
        "Description":
          "Gray matter in label \(region.code) of the atlas \(atlasName)\(rest), in the scan's own space",
        "Units": "ml", "Program": "grisea \(version)",
      ]
    }
    return columns
  }
}
