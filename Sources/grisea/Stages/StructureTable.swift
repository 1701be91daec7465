import BIDS
import Files
import Foundation
import Imaging
import Segmentation

/// `structures.tsv` or `group_structures.tsv`: the volumes of all scans' structures, one row for each scan, joined from
/// the tables of the scans.
struct StructureTable {
  /// The name of the table of a folder of `segment`.
  static let fileName = "structures.tsv"
  /// The name of the table of a derivatives dataset.
  static let groupFileName = "group_structures.tsv"

  private let path: String
  private let keys: [String]
  private var rows: [[String]] = []

  static func path(in folder: String) -> String { folder.joined(fileName) }

  /// Reads the tables of the scans directly in a folder; `nil` where there are none.
  /// - Throws: `VolumeTableError`.
  init?(ofScansIn folder: String) throws {
    (path, keys) = (Self.path(in: folder), ["subject"])
    for file in ImageFiles.matches(of: FilePattern.escaped(folder).joined("*" + StructureVolumes.ending)) {
      try add(file, after: [String(file.lastComponent.dropLast(StructureVolumes.ending.count))])
    }
    if rows.isEmpty { return nil }
  }

  /// Reads the tables that the participant level has written; `nil` where there are none.
  /// - Parameter scans: the names of the scans that have a row.
  /// - Throws: `VolumeTableError`, `BIDSDatasetError`.
  init?(of derivatives: DerivativeDataset, scans: Set<String>) throws {
    path = derivatives.path.joined(Self.groupFileName)
    keys = ["participant_id", "session_id", "scan"]
    let folders = BIDSFolders(root: derivatives.path)
    for participant in try folders.participants() {
      for folder in try folders.anatomical(of: participant, sessions: []) {
        let session = folder.split(separator: "/").map(String.init).first { $0.hasPrefix("ses-") }
        for name in try folders.files(in: folder, ending: [StructureVolumes.ending]) {
          let scan = String(name.dropLast(StructureVolumes.ending.count))
          guard scans.contains(scan) else { continue }
          try add(
            derivatives.path.joined(folder).joined(name),
            after: [participant, session ?? TableCell.missing, scan])
        }
      }
    }
    if rows.isEmpty { return nil }
  }

  private mutating func add(_ file: String, after keys: [String]) throws {
    guard let data = FileManager.default.contents(atPath: file),
      let volumes = StructureVolumes(tsv: String(decoding: data, as: UTF8.self))
    else { throw VolumeTableError.unreadable(path: file, reason: "it is no table of structures' volumes") }
    let known = Dictionary(volumes.rows.map { ($0.structure, $0) }) { first, _ in first }
    func cells(_ value: (StructureVolumes.Row) -> Double) -> [String] {
      BrainStructure.allCases.map { known[$0].map { TableCell.text(value($0), "%.4f") } ?? TableCell.missing }
    }
    rows.append(keys + cells(\.hard) + cells(\.soft))
  }

  /// Writes the table and the JSON of its columns, and returns the table's path.
  @discardableResult
  func write() throws -> String {
    let names = BrainStructure.allCases.map(\.name)
    let head = keys + names.map { $0 + "_ml" } + names.map { $0 + "_soft_ml" }
    try AtomicFile.write(TSV.text([head] + rows), to: path)
    var columns: [String: [String: String]] = [:]
    for structure in BrainStructure.allCases {
      let what = "\(structure.name), label \(structure.rawValue) of desc-aseg_dseg"
      columns[structure.name + "_ml"] = ["Description": "Volume of the voxels of \(what)", "Units": "ml"]
      columns[structure.name + "_soft_ml"] = [
        "Description": "Sum of the probabilities of \(what)", "Units": "ml",
      ]
    }
    try AtomicFile.write(JSONText.readable(columns), to: path.replacingEnding(".tsv", with: ".json"))
    return path
  }
}
